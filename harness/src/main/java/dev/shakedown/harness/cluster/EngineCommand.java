package dev.shakedown.harness.cluster;

import java.util.List;
import java.util.Map;

/** A command line with the environment it needs on top of the node's own; never holds a secret. */
public record EngineCommand(List<String> argv, Map<String, String> env) {
    public EngineCommand {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
    }
}
