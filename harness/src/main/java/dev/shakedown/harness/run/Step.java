package dev.shakedown.harness.run;

import java.time.Duration;

/** One step of a run. Steps talk through the {@link RunContext}. */
interface Step {

    /** As the design calls it: {@code ClusterUp}. */
    String name();

    /** After this long the step has failed. */
    Duration deadline(RunContext run);

    /** Does it; throws {@code StepFailedException} when the run cannot go on. */
    Result execute(RunContext run) throws InterruptedException;

    /** How a step ended that did not fail. */
    sealed interface Result {}

    /** {@code detail} is the one line that a person reads beside the tick. */
    record Done(String detail) implements Result {}

    /** Not done, and why that is all right. */
    record Skipped(String reason) implements Result {}
}
