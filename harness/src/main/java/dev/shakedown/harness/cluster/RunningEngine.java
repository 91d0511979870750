package dev.shakedown.harness.cluster;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** An engine that was started, or one that was there. */
public interface RunningEngine {

    /** Without {@code /v1}. */
    URI baseUrl();

    /** The same for a process on the cluster: the engine's own address, which no tunnel is in. */
    default URI clusterUrl() {
        return baseUrl();
    }

    /** All that share a load, this one among them. */
    default List<RunningEngine> replicas() {
        return List.of(this);
    }

    /** Bearer token, where the endpoint asks for one. */
    default Optional<String> apiKey() {
        return Optional.empty();
    }

    /** A certificate authority to trust besides the JDK's. */
    default Optional<Path> caFile() {
        return Optional.empty();
    }

    /**
     * What forwards {@link #baseUrl} to the engine, where that is not the engine's own address: a
     * load through it measures the forwarding.
     */
    default Optional<String> tunnel() {
        return Optional.empty();
    }

    /** Its output; absent where it is out of reach. */
    Optional<Path> log();

    /**
     * Empty as long as it runs (or where that cannot be known); the exit status, 128 + signal for a
     * killed one.
     */
    OptionalInt exitStatus();

    /** Called once, when it has answered a completion. */
    default void serves() {
        // Most keep nothing that only a serving engine has.
    }
}
