package dev.shakedown.harness.scenario;

import java.util.Optional;

/** Where the load generator runs ({@code load.from}). */
public sealed interface LoadFrom {

    /** In the process that runs the scenario. */
    record Here() implements LoadFrom {}

    /** On the head of the cluster. */
    record Head() implements LoadFrom {}

    /**
     * On this node.
     *
     * @param name host name or address, as Ray lists it
     */
    record Node(String name) implements LoadFrom {}

    /** In a pod of its own. */
    record Pod() implements LoadFrom {}

    /** Whether it is a process of its own on the cluster. */
    default boolean onCluster() {
        return !(this instanceof Here);
    }

    /** As a scenario file has it. */
    default String key() {
        return switch (this) {
            case Here _ -> "here";
            case Head _ -> "head";
            case Node(String name) -> "node:" + name;
            case Pod _ -> "pod";
        };
    }

    /** Empty for what is none. */
    static Optional<LoadFrom> of(String key) {
        return switch (key) {
            case "here" -> Optional.of(new Here());
            case "head" -> Optional.of(new Head());
            case "pod" -> Optional.of(new Pod());
            default ->
                    key.matches("node:[A-Za-z0-9][A-Za-z0-9._:-]*")
                            ? Optional.of(new Node(key.substring("node:".length())))
                            : Optional.empty();
        };
    }
}
