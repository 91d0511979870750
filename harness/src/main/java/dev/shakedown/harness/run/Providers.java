package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.AttachProvider;
import dev.shakedown.harness.cluster.ClusterProvider;
import dev.shakedown.harness.cluster.ForeignRayProvider;
import dev.shakedown.harness.cluster.SimulatedProvider;
import dev.shakedown.harness.cluster.VirtualProvider;
import dev.shakedown.harness.cluster.kuberay.ExistingRayClusterProvider;
import dev.shakedown.harness.cluster.kuberay.KubeRayProvider;
import dev.shakedown.harness.cluster.local.LocalProvider;
import dev.shakedown.harness.cluster.ssh.SshProvider;
import dev.shakedown.harness.scenario.AttachSpec;
import dev.shakedown.harness.scenario.ExistingRayClusterSpec;
import dev.shakedown.harness.scenario.ForeignRaySpec;
import dev.shakedown.harness.scenario.KubeRaySpec;
import dev.shakedown.harness.scenario.LocalSpec;
import dev.shakedown.harness.scenario.ProviderSpec;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SshSpec;

/** Which provider a scenario asks for; a new one adds a line here. */
final class Providers {
    private Providers() {}

    /**
     * @param keep whether its cluster may have to outlive this process
     */
    static ClusterProvider of(Scenario scenario, RunDirectory directory, boolean keep) {
        String id = directory.id();
        return switch (scenario.provider()) {
            case ProviderSpec.Simulated simulated when simulated.virtualClock() ->
                    new VirtualProvider(scenario, id, directory.path());
            case ProviderSpec.Simulated _ ->
                    new SimulatedProvider(scenario, id, directory.path(), keep);
            case LocalSpec _ -> new LocalProvider(scenario, id, directory.path());
            case SshSpec ssh -> new SshProvider(scenario, ssh, id, directory.path());
            case KubeRaySpec kuberay ->
                    new KubeRayProvider(scenario, kuberay, id, directory.path());
            case ExistingRayClusterSpec there ->
                    new ExistingRayClusterProvider(scenario, there, id, directory.path());
            case ForeignRaySpec ray -> new ForeignRayProvider(scenario, ray, id, directory.path());
            case AttachSpec attach -> new AttachProvider(attach, scenario.cluster());
        };
    }
}
