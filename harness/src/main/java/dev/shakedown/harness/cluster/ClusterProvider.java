package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.gpu.GpuSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * One way to get nodes and to run a command on them. Steps, readiness rules, smoke job, engine and
 * load are the same for all. Every method may throw {@link StepFailedException}; {@link #down} is
 * safe to call at any time, more than once, and ends only what this provider started. Calls come
 * one after the other but from different threads, and one that was given up at its deadline may
 * still be at work.
 */
public interface ClusterProvider {

    /** Nanoseconds since the run's start, where time is not this machine's. */
    default Optional<LongSupplier> ownTime() {
        return Optional.empty();
    }

    /** Looks at what is there; starts and changes nothing. */
    List<Check> preflight();

    /**
     * Makes ready what a start needs and may take long: Python environment, model files. Returns
     * one line on what it did.
     *
     * @param model whether an engine will be started, which needs its model
     */
    String prepare(boolean model, Progress progress);

    /** Starts the nodes and returns when all of them, with all their GPUs, are registered. */
    Cluster up(Progress progress);

    /**
     * Starts the engine without waiting for it to be ready.
     *
     * @param command makes the command for the place where the engine will run
     * @param log where the engine's output goes, streamed
     */
    RunningEngine startEngine(Function<EngineSite, EngineCommand> command, Path log);

    /**
     * What can tell of the nodes' GPUs while they work, the best first; Ray is none of them.
     *
     * @param longest after which what it starts on a node must end by itself
     */
    default List<GpuSource> gpuSources(Duration longest) {
        return List.of();
    }

    /** Versions, topology, GPU serials: name to value, as far as they are known by now. */
    Map<String, String> fingerprint();

    /**
     * Copies the logs of all nodes under {@code logs/<node>/}; never throws for a log that is
     * missing.
     */
    void collectLogs(Path logs);

    /** Every command and request that a run would issue; starts nothing. */
    ProviderPlan plan(Function<EngineSite, EngineCommand> command);

    /** Ends what was started. */
    void down();
}
