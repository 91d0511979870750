package dev.shakedown.harness.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where progress goes: lines that stay, and below them, on a real terminal, a region that is
 * redrawn in place. Without a terminal there is no region and no colour.
 */
final class Terminal {
    private static final int DEFAULT_WIDTH = 100;
    private static final int NARROWEST = 40;
    private static final String CLEAR_BELOW = "\u001b[0J";

    private final PrintStream out;
    private final boolean interactive;
    private final boolean colour;
    private final int width;
    private int regionLines;

    Terminal(PrintStream out, boolean interactive, boolean colour, int width) {
        this.out = out;
        this.interactive = interactive;
        this.colour = colour;
        this.width = width;
    }

    /**
     * The launcher tells whether stderr is a terminal ({@code SHAKEDOWN_TTY=1}) and how wide
     * ({@code COLUMNS}).
     */
    static Terminal onStderr(Map<String, String> env) {
        boolean interactive =
                "1".equals(env.get("SHAKEDOWN_TTY")) && !"dumb".equals(env.get("TERM"));
        boolean colour = interactive && env.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(System.err, interactive, colour, widthFrom(env.get("COLUMNS")));
    }

    private static int widthFrom(@Nullable String columns) {
        if (columns == null || !columns.matches("\\d{1,4}")) {
            return DEFAULT_WIDTH;
        }
        return Math.max(NARROWEST, Integer.parseInt(columns));
    }

    boolean interactive() {
        return interactive;
    }

    /** A line that stays. */
    synchronized void line(String text) {
        eraseRegion();
        out.println(text);
        out.flush();
    }

    /** Replaces what stands below the lines; nothing without a terminal. */
    synchronized void region(List<String> lines) {
        if (!interactive) {
            return;
        }
        eraseRegion();
        for (String text : lines) {
            out.println(cut(text));
        }
        regionLines = lines.size();
        out.flush();
    }

    String green(String text) {
        return paint("32", text);
    }

    String red(String text) {
        return paint("31;1", text);
    }

    String yellow(String text) {
        return paint("33", text);
    }

    String dim(String text) {
        return paint("2", text);
    }

    String bold(String text) {
        return paint("1", text);
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    private void eraseRegion() {
        if (regionLines > 0) {
            out.print("\u001b[" + regionLines + "A\r" + CLEAR_BELOW);
            regionLines = 0;
        }
    }

    /**
     * What comes from a log, a host or a user may hold control characters; none of them is printed.
     */
    static String plain(String foreign) {
        return foreign.replace('\u001b', '?').replaceAll("\\p{Cntrl}", " ");
    }

    /** The same for text of several lines. */
    static String plainLines(String foreign) {
        return foreign.lines().map(Terminal::plain).collect(Collectors.joining("\n", "", "\n"));
    }

    private String cut(String text) {
        int visible = 0;
        int i = 0;
        while (i < text.length() && visible < width - 1) {
            if (text.charAt(i) == '\u001b') {
                i = text.indexOf('m', i) + 1;
            } else {
                visible++;
                i++;
            }
        }
        return i >= text.length() ? text : text.substring(0, i) + (colour ? "\u001b[0m" : "");
    }
}
