package dev.shakedown.harness.cli;

import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.harness.run.RunOptions;
import dev.shakedown.harness.scenario.Scenario;
import java.util.Optional;

/**
 * A scenario and how to run it.
 *
 * @param on whose kept cluster, if not its own
 */
record PlannedRun(Scenario scenario, RunOptions options, Optional<KeptRun> on) {}
