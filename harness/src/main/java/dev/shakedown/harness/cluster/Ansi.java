package dev.shakedown.harness.cluster;

import java.util.regex.Pattern;

/** Colours and other terminal codes, which Ray and vLLM write even where nobody sees them. */
public final class Ansi {
    private static final char ESCAPE = '\u001b';
    private static final Pattern CODE =
            Pattern.compile("\u001b(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^\u0007]*\u0007|[@-Z\\\\-_])");

    private Ansi() {}

    /** The text without them. */
    public static String strip(String text) {
        return text.indexOf(ESCAPE) < 0 ? text : CODE.matcher(text).replaceAll("");
    }
}
