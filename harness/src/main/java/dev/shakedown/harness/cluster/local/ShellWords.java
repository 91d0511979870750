package dev.shakedown.harness.cluster.local;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Commands as a person pastes them into a shell. */
final class ShellWords {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ShellWords() {}

    static String line(Map<String, String> env, List<String> argv) {
        Stream<String> settings =
                new TreeMap<>(env)
                        .entrySet().stream().map(e -> e.getKey() + "=" + quote(e.getValue()));
        return Stream.concat(settings, argv.stream().map(ShellWords::quote))
                .collect(Collectors.joining(" "));
    }

    /** One {@code export} line; what goes before the shell's own PATH stays before it. */
    static String export(Map<String, String> env) {
        String own = ":" + System.getenv().getOrDefault("PATH", "");
        return new TreeMap<>(env)
                .entrySet().stream()
                        .map(e -> setting(e.getKey(), e.getValue(), own))
                        .collect(Collectors.joining(" ", "export ", ""));
    }

    private static String setting(String name, String value, String ownPath) {
        return name.equals("PATH") && value.endsWith(ownPath)
                ? "PATH="
                        + quote(value.substring(0, value.length() - ownPath.length()))
                        + ":\"$PATH\""
                : name + "=" + quote(value);
    }

    private static String quote(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
