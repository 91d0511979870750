package dev.shakedown.harness.run;

import java.util.List;
import java.util.Optional;

/**
 * What the caller of a run may choose.
 *
 * @param stopAfter the last step to do, one of {@link #STEPS}; teardown follows all the same
 */
public record RunOptions(Optional<String> stopAfter) {
    /** The steps after which a run can be stopped, in their order. */
    public static final List<String> STEPS =
            List.of(
                    "Preflight",
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

    /** Whether the run gets as far as an engine, or ends with the model ready for one. */
    public boolean needsModel() {
        return includes("EngineUp") || stopAfter.filter("ModelReady"::equals).isPresent();
    }

    /** A scenario may leave a step out; it stops all the same where that step would have been. */
    boolean includes(String step) {
        return stopAfter.map(last -> STEPS.indexOf(step) <= STEPS.indexOf(last)).orElse(true);
    }
}
