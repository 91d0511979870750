package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.AttachProvider;
import dev.shakedown.harness.cluster.ClusterProvider;
import dev.shakedown.harness.cluster.SimulatedProvider;
import dev.shakedown.harness.cluster.local.LocalProvider;
import dev.shakedown.harness.scenario.Scenario;

/** Which provider a scenario asks for; a new one adds a line here. */
final class Providers {
    private Providers() {}

    static ClusterProvider of(Scenario scenario, RunDirectory directory) {
        return switch (scenario.cluster().provider()) {
            case SIMULATED -> new SimulatedProvider(scenario, directory.id(), directory.path());
            case LOCAL -> new LocalProvider(scenario, directory.id(), directory.path());
            case ATTACH -> new AttachProvider(scenario.attach().orElseThrow(), scenario.cluster());
        };
    }
}
