package dev.shakedown.harness.cluster.ray;

import java.util.regex.Pattern;

/** Ray colours its logs even where nobody sees it. */
final class Ansi {
    private static final Pattern CODE = Pattern.compile("\u001B\\[[0-9;?]*[ -/]*[@-~]");

    private Ansi() {}

    static String strip(String text) {
        return text.indexOf('\u001B') < 0 ? text : CODE.matcher(text).replaceAll("");
    }
}
