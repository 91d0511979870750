package dev.shakedown.reports.render;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A table of text; units stand in the header. The first column names the row. */
public record Table(List<String> header, List<List<String>> rows) {

    /** Numbers are not broken into lines; a longer text only begins with one, as a version may. */
    private static final int LONGEST_NUMBER = 40;

    private static final Pattern NUMBER =
            Pattern.compile("(?!.*×)([+−-]?\\d|[≤≥] ?\\d|–$|needs \\d|$)");

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

    /** Whether a column holds numbers, which are bound to the right. */
    boolean numeric(int column) {
        return column > 0
                && rows.stream()
                        .map(row -> column < row.size() ? row.get(column) : "")
                        .allMatch(
                                cell ->
                                        cell.length() <= LONGEST_NUMBER
                                                && NUMBER.matcher(cell).lookingAt());
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
