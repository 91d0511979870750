package dev.shakedown.reports.render;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of text; units stand in the header. The first column names, the others are right-bound.
 */
public record Table(List<String> header, List<List<String>> rows) {

    public Table {
        header = List.copyOf(header);
        rows = rows.stream().map(List::copyOf).toList();
    }

    /** Starts one. */
    public static Builder of(String... header) {
        return new Builder(List.of(header));
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Collects rows. */
    public static final class Builder {
        private final List<String> header;
        private final List<List<String>> rows = new ArrayList<>();

        private Builder(List<String> header) {
            this.header = header;
        }

        /** Adds a row. */
        public Builder row(String... cells) {
            rows.add(List.of(cells));
            return this;
        }

        /** Adds a row. */
        public Builder row(List<String> cells) {
            rows.add(cells);
            return this;
        }

        public Table build() {
            return new Table(header, rows);
        }
    }
}
