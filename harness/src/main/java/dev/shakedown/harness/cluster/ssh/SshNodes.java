package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.scenario.SshSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Which address and which GPUs of a host its node of the cluster gets. */
final class SshNodes {
    private SshNodes() {}

    static Optional<HostFacts.Route> route(SshSpec spec, HostFacts facts) {
        return spec.networkInterface().isPresent()
                ? facts.routeOver(spec.networkInterface().get())
                : facts.routeToOthers();
    }

    static List<Integer> gpus(SshSpec spec, int gpusPerNode) {
        return spec.gpus().isEmpty()
                ? IntStream.range(0, gpusPerNode).boxed().toList()
                : spec.gpus();
    }
}
