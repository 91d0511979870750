package dev.shakedown.reports.chart;

/**
 * Advance widths of a typical sans-serif face, in em; rounded up, so that labels do not collide.
 */
final class TextWidth {
    private static final String NARROW = "ijl|!.,:;'` ";
    private static final String SLIM = "fIrt()[]{}/\\\"-1";
    private static final String WIDE = "mwMW%@";

    private TextWidth() {}

    static double em(String text) {
        return text.chars().mapToDouble(c -> em((char) c)).sum();
    }

    static double em(char c) {
        if (NARROW.indexOf(c) >= 0) {
            return 0.3;
        }
        if (SLIM.indexOf(c) >= 0) {
            return 0.42;
        }
        if (WIDE.indexOf(c) >= 0) {
            return 0.9;
        }
        if (c >= 0x2E80) {
            return 1;
        }
        return Character.isUpperCase(c) ? 0.7 : 0.58;
    }
}
