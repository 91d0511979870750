package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.gpu.DcgmExporter;
import dev.shakedown.harness.cluster.gpu.GpuSource;
import dev.shakedown.harness.cluster.gpu.RayGpus;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.scenario.DcgmSpec;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What can tell of a run's GPUs, the best first. */
final class GpuSources {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private GpuSources() {}

    /**
     * @param longest after which what a source starts on a node must end by itself
     */
    static List<GpuSource> of(RunContext run, Duration longest) {
        List<GpuSource> sources = new ArrayList<>();
        List<Cluster.Node> nodes = run.cluster().map(Cluster::nodes).orElse(List.of());
        run.scenario()
                .cluster()
                .dcgmExporter()
                .map(exporter -> pages(exporter, nodes))
                .ifPresent(pages -> sources.add(new DcgmExporter(pages)));
        sources.addAll(run.provider().gpuSources(longest));
        run.cluster()
                .flatMap(GpuSources::ray)
                .ifPresent(client -> sources.add(new RayGpus(client)));
        return sources;
    }

    private static Optional<RayClient> ray(Cluster cluster) {
        return cluster.rayDashboard()
                .map(dashboard -> new RayClient(dashboard, cluster.rayToken(), PATIENCE));
    }

    private static List<URI> pages(DcgmSpec exporter, List<Cluster.Node> nodes) {
        return switch (exporter) {
            case DcgmSpec.Pages(List<URI> urls) -> urls;
            case DcgmSpec.OnNodes(int port) ->
                    nodes.stream()
                            .map(
                                    node ->
                                            URI.create(
                                                    "http://%s:%d/metrics"
                                                            .formatted(node.ip(), port)))
                            .distinct()
                            .toList();
        };
    }
}
