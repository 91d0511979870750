package dev.shakedown.harness.engine;

import java.util.regex.Pattern;

/** Takes out of a log line what must not be shown or saved. */
public final class Secrets {
    private static final Pattern NAMED =
            Pattern.compile(
                    "(?i)((?:api[_-]?key|token|secret|password|passwd|authorization)"
                            + "['\"]?\\s*[=:]\\s*\\[?['\"]?(?:bearer )?)"
                            + "([\\w+/.~-]{8,}=*)");

    private static final Pattern KNOWN =
            Pattern.compile(
                    "\\bhf_[A-Za-z0-9]{8,}|\\bsk-[\\w-]{8,}|(?<=[Bb]earer )[\\w+/.~-]{6,}=*"
                            + "|(?<=://)[^/\\s:@]+:[^/\\s@]+(?=@)");

    private Secrets() {}

    /** The line with every value that looks like a credential replaced by {@code ***}. */
    public static String masked(String line) {
        String known = KNOWN.matcher(line).replaceAll("***");
        return NAMED.matcher(known).replaceAll("$1***");
    }
}
