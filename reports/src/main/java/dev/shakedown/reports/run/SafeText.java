package dev.shakedown.reports.run;

import java.util.regex.Pattern;

/**
 * Text from outside (model names, log lines, errors), made fit for a report: terminal sequences are
 * taken out, control and direction characters replaced, long text cut. Escaping for HTML, XML or
 * Markdown comes after this.
 */
public final class SafeText {
    private static final Pattern TERMINAL =
            Pattern.compile(
                    "\u001B(\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001B]*(\u0007|\u001B\\\\)?|.)?");

    /** Longer text is cut, and says so. */
    public static final int LONG = 4_000;

    private static final int LABEL = 60;

    private SafeText() {}

    /** Several lines; at most {@link #LONG} characters. */
    public static String text(String raw) {
        return clean(raw, LONG, true);
    }

    /** One line; at most {@link #LONG} characters. */
    public static String line(String raw) {
        return clean(raw, LONG, false);
    }

    /** One line, short enough for a legend. */
    public static String label(String raw) {
        return clean(raw, LABEL, false);
    }

    private static String clean(String raw, int limit, boolean lines) {
        // Twice the limit leaves room for what is taken out and bounds the work on a 10 MB line.
        String head = raw.length() > 2 * limit ? raw.substring(0, 2 * limit) : raw;
        String plain = TERMINAL.matcher(head).replaceAll("");
        StringBuilder clean = new StringBuilder(Math.min(plain.length(), limit));
        plain.codePoints().limit(limit).map(c -> shown(c, lines)).forEach(clean::appendCodePoint);
        boolean cut =
                head.length() < raw.length() || plain.codePointCount(0, plain.length()) > limit;
        return cut ? clean.append(" … (cut)").toString() : clean.toString();
    }

    private static int shown(int c, boolean lines) {
        if (c == '\n' || c == '\t') {
            return lines ? c : ' ';
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    '\uFFFD';
            default -> c;
        };
    }
}
