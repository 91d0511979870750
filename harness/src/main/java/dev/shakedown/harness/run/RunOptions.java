package dev.shakedown.harness.run;

import java.util.List;
import java.util.Optional;

/**
 * What the caller of a run may choose.
 *
 * @param stopAfter the last step to do, one of {@link #STEPS}; teardown follows all the same
 * @param keep leave the cluster up, without its engine
 * @param reuse id of the run whose kept cluster is to be used; that one stays up
 * @param allowTunnel the load may go through a port-forward or an ssh tunnel
 * @param canary ask the engine a few prompts as soon as it is up, and keep its answers
 */
public record RunOptions(
        Optional<String> stopAfter,
        boolean keep,
        Optional<String> reuse,
        boolean allowTunnel,
        boolean canary) {
    /** The steps after which a run can be stopped, in their order. */
    public static final List<String> STEPS =
            List.of(
                    "Preflight",
                    CalibrateStep.NAME,
                    "ModelReady",
                    "ClusterUp",
                    "Smoke",
                    "Fabric",
                    "EngineUp",
                    "Measure");

    /** What proves a cluster without an engine. */
    public static final RunOptions CHECK = new RunOptions(Optional.of("Fabric"));

    public RunOptions {
        stopAfter.ifPresent(
                step -> {
                    if (!STEPS.contains(step)) {
                        throw new IllegalArgumentException(step + " is none of " + STEPS);
                    }
                });
    }

    /** On a cluster of its own, which ends with it. */
    public RunOptions(Optional<String> stopAfter) {
        this(stopAfter, false, Optional.empty(), false, false);
    }

    /** The same, leaving the cluster up. */
    public RunOptions keeping() {
        return new RunOptions(stopAfter, true, reuse, allowTunnel, canary);
    }

    /** The same on the cluster that another run has kept. */
    public RunOptions reusing(String runId) {
        return new RunOptions(stopAfter, keep, Optional.of(runId), allowTunnel, canary);
    }

    /** The same, with a load that may go through a tunnel. */
    public RunOptions allowingTunnel() {
        return new RunOptions(stopAfter, keep, reuse, true, canary);
    }

    /** The same, with the canary's questions after the start. */
    public RunOptions asking() {
        return new RunOptions(stopAfter, keep, reuse, allowTunnel, true);
    }

    /** Whether the run gets as far as an engine, or ends with the model ready for one. */
    public boolean needsModel() {
        return includes("EngineUp") || endsWith("ModelReady");
    }

    /** Whether that is the last step by the caller's choice. */
    boolean endsWith(String step) {
        return stopAfter.filter(step::equals).isPresent();
    }

    /** A scenario may leave a step out; it stops all the same where that step would have been. */
    boolean includes(String step) {
        return stopAfter.map(last -> STEPS.indexOf(step) <= STEPS.indexOf(last)).orElse(true);
    }
}
