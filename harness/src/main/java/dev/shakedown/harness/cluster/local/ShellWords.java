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

    private static String quote(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
