package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.StepFailedException;

/** How the steps of a run came to an end. */
public sealed interface Ending {

    /** All steps done. */
    Ending COMPLETE = new Complete();

    /** All steps done. */
    record Complete() implements Ending {}

    /** A step could not go on: cluster, smoke job or engine is not usable. */
    record Failed(String step, StepFailedException failure) implements Ending {}

    /** Ctrl-C or SIGTERM. */
    record Interrupted(String step) implements Ending {}

    /** Shakedown's own mistake. */
    record Bug(String step, Throwable cause) implements Ending {}
}
