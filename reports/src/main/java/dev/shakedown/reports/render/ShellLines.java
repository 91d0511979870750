package dev.shakedown.reports.render;

import java.util.ArrayList;
import java.util.List;

/**
 * Breaks a shell command into lines that can be pasted: each but the last ends with a backslash. A
 * flag stays with its value, and nothing in quotes is broken.
 */
final class ShellLines {
    private static final int WIDTH = 96;

    private ShellLines() {}

    static List<String> of(String command) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String group : groups(command)) {
            if (!line.isEmpty() && line.length() + 1 + group.length() > WIDTH) {
                lines.add(line.append(" \\").toString());
                line = new StringBuilder("  ");
            } else if (!line.isEmpty()) {
                line.append(' ');
            }
            line.append(group);
        }
        lines.add(line.toString());
        return lines;
    }

    /** Words, each flag with what follows it. */
    private static List<String> groups(String command) {
        List<String> groups = new ArrayList<>();
        for (String word : words(command)) {
            boolean value =
                    !groups.isEmpty()
                            && groups.getLast().startsWith("-")
                            && groups.getLast().indexOf(' ') < 0
                            && !word.startsWith("-");
            if (value) {
                groups.add(groups.removeLast() + " " + word);
            } else {
                groups.add(word);
            }
        }
        return groups;
    }

    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (c == ' ' && quote == 0) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                continue;
            }
            word.append(c);
            if (c == '\\' && quote != '\'' && i + 1 < command.length()) {
                word.append(command.charAt(++i));
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }
}
