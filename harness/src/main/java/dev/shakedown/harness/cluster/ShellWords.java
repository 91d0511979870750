package dev.shakedown.harness.cluster;

import dev.shakedown.harness.scenario.EngineSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Commands as a person pastes them into a shell. No secret is in them: a variable whose name says
 * that it holds one stands for itself, {@code HF_TOKEN="$HF_TOKEN"}.
 */
public final class ShellWords {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    /** Ends what this shell runs in the background, by pid. */
    public static final String END_JOBS = "kill $(jobs -p); wait";

    private ShellWords() {}

    /** {@code A=b command 'an argument'}. */
    public static String line(Map<String, String> env, List<String> argv) {
        Stream<String> settings =
                new TreeMap<>(env).entrySet().stream().map(e -> setting(e.getKey(), e.getValue()));
        return Stream.concat(settings, argv.stream().map(ShellWords::quote))
                .collect(Collectors.joining(" "));
    }

    /** As {@link #line}, started in the background. */
    public static String background(Map<String, String> env, List<String> argv) {
        return line(env, argv) + " &";
    }

    /** One {@code export} line; what goes before the shell's own PATH stays before it. */
    public static String export(Map<String, String> env) {
        String own = ":" + System.getenv().getOrDefault("PATH", "");
        return new TreeMap<>(env)
                .entrySet().stream()
                        .map(e -> exported(e.getKey(), e.getValue(), own))
                        .collect(Collectors.joining(" ", "export ", ""));
    }

    /**
     * A curl command that sends a file's first line as bearer token. It gets the header from its
     * input, for everybody on the machine can read its arguments.
     */
    public static String withBearer(Path file, String curl) {
        return "printf 'header = \"Authorization: Bearer %s\"' \"$(head -n1 "
                + quote(file.toString())
                + ")\" | "
                + curl
                + " -K -";
    }

    private static String exported(String name, String value, String ownPath) {
        return name.equals("PATH") && value.endsWith(ownPath)
                ? "PATH="
                        + quote(value.substring(0, value.length() - ownPath.length()))
                        + ":\"$PATH\""
                : setting(name, value);
    }

    private static String setting(String name, String value) {
        return name + "=" + (EngineSpec.isSecret(name) ? "\"$" + name + "\"" : quote(value));
    }

    /** As one word of a POSIX shell. */
    public static String quote(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
