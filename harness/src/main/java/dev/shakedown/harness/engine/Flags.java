package dev.shakedown.harness.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Builds an argument list in which what the scenario says goes before what we would add. */
final class Flags {
    /** vLLM's short names; the long one is used to compare. */
    private static final Map<String, String> LONG_NAMES =
            Map.ofEntries(
                    Map.entry("-tp", "--tensor-parallel-size"),
                    Map.entry("-pp", "--pipeline-parallel-size"),
                    Map.entry("-dp", "--data-parallel-size"),
                    Map.entry("-q", "--quantization"),
                    Map.entry("-cc", "--compilation-config"),
                    Map.entry("-O", "--compilation-config"),
                    Map.entry("-n", "--nnodes"),
                    Map.entry("-r", "--node-rank"));

    private final List<String> users;
    private final Set<String> names = new HashSet<>();
    private final List<String> ours = new ArrayList<>();

    Flags(List<String> users) {
        this.users = users;
        users.stream().filter(arg -> arg.startsWith("-")).map(Flags::name).forEach(names::add);
    }

    /** Whether the scenario sets it, under any of its spellings. */
    boolean has(String flag) {
        return names.contains(flag);
    }

    void add(String flag, String value) {
        if (names.add(flag)) {
            ours.add(flag);
            ours.add(value);
        }
    }

    void add(String flag) {
        if (names.add(flag)) {
            ours.add(flag);
        }
    }

    /** Ours, then the scenario's in its order. */
    List<String> all() {
        List<String> all = new ArrayList<>(ours);
        all.addAll(users);
        return all;
    }

    /** {@code --no_enforce-eager=x} and {@code -cc.mode=2} by the name they set. */
    private static String name(String arg) {
        String flag = arg.split("=", 2)[0].split("\\.", 2)[0];
        if (!flag.startsWith("--")) {
            return LONG_NAMES.getOrDefault(flag.matches("-O\\d") ? "-O" : flag, flag);
        }
        String dashed = flag.replace('_', '-');
        return dashed.startsWith("--no-") ? "--" + dashed.substring("--no-".length()) : dashed;
    }
}
