package dev.shakedown.reports.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One CSV line by RFC 4180, without line breaks inside a field, and columns found by name. */
final class Csv {
    private final Map<String, Integer> columns = new HashMap<>();

    Csv(String header) {
        List<String> names = split(header);
        for (int i = 0; i < names.size(); i++) {
            columns.put(names.get(i), i);
        }
    }

    /** Whether a row is whole: a torn one has fewer fields than the header. */
    boolean complete(List<String> row) {
        return row.size() >= columns.size();
    }

    String text(List<String> row, String column) {
        Integer at = columns.get(column);
        return at == null || at >= row.size() ? "" : row.get(at);
    }

    /** Empty fields are {@link RequestRow#NEVER}. */
    long number(List<String> row, String column) {
        String text = text(row, column);
        return text.isEmpty() ? RequestRow.NEVER : Long.parseLong(text);
    }

    static List<String> split(String line) {
        List<String> fields = new ArrayList<>(16);
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
