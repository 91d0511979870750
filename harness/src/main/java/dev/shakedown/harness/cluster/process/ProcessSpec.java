package dev.shakedown.harness.cluster.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A process to start.
 *
 * @param what its name in messages and in the ledger
 * @param argv never holds a secret: every user of the machine can read it
 * @param env on top of what this JVM has
 * @param log gets both output streams, appended
 */
public record ProcessSpec(String what, List<String> argv, Map<String, String> env, Path log) {
    public ProcessSpec {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
    }
}
