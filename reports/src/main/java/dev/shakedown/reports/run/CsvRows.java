package dev.shakedown.reports.run;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes a CSV file line by line: the first is the header, later ones that make no sense are left
 * out.
 */
final class CsvRows implements Consumer<String> {
    private final Row row;
    private Optional<Csv> header = Optional.empty();

    CsvRows(Row row) {
        this.row = row;
    }

    /** What to do with one whole row. */
    interface Row {
        void read(Csv csv, List<String> fields);
    }

    @Override
    public void accept(String line) {
        if (header.isEmpty()) {
            header = Optional.of(new Csv(line));
            return;
        }
        Csv csv = header.get();
        List<String> fields = Csv.split(line);
        if (csv.complete(fields)) {
            try {
                row.read(csv, fields);
            } catch (NumberFormatException e) {
                return; // A damaged row is as good as none.
            }
        }
    }
}
