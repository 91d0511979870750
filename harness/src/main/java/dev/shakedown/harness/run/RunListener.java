package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Progress;

/** Whoever watches a run, as the terminal does. Called from any thread. */
public interface RunListener extends Progress {

    void stepStarted(String step);

    void stepEnded(StepEnd end);

    /** Once a second while load is made. */
    void live(LiveView second);
}
