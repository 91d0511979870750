package dev.shakedown.harness.nightly;

import dev.shakedown.harness.run.RunDirectory;
import dev.shakedown.harness.run.RunOptions;
import dev.shakedown.harness.run.RunOutcome;
import dev.shakedown.harness.scenario.Scenario;

/** Makes one run; a thing of its own so that tests need no cluster. */
@FunctionalInterface
public interface Starter {
    RunOutcome start(Scenario scenario, RunDirectory directory, RunOptions options);
}
