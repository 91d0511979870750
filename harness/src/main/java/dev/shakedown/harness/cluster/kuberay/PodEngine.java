package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.cluster.ray.JobEngine;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.scenario.Scenario;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** vLLM as Ray jobs in worker pods, whoever made those, and the way to it. */
record PodEngine(JobEngine job, PodRoute route) implements AutoCloseable {

    /**
     * Where it runs.
     *
     * @param ray in the run, so that its jobs carry that; stays open until the engine is closed
     * @param workers with GPUs; the first one serves
     * @param tunnelled pods cannot be reached at their own address
     */
    record Place(
            Scenario scenario,
            String runId,
            Kube kube,
            RayClient ray,
            List<Pod> workers,
            boolean tunnelled) {
        Place {
            workers = List.copyOf(workers);
        }

        private List<EngineSite> sites() {
            List<String> addresses = workers.stream().map(PodRoute::ip).toList();
            String host = tunnelled ? KubeRaySites.behindTunnel(scenario) : addresses.getFirst();
            return KubeRaySites.of(scenario, addresses, host);
        }

        private JobEngine.Part part(EngineSite site, Pod pod, EngineCommand command) {
            return new JobEngine.Part(
                    jobId(runId, site),
                    PodRoute.ip(pod),
                    PodModel.before(scenario, ShellWords.line(Map.of(), command.argv())),
                    command.env());
        }
    }

    static String jobId(String runId, EngineSite site) {
        return "shakedown-vllm-%s-%d".formatted(runId, site.group().rank());
    }

    static PodEngine start(Place place, Function<EngineSite, EngineCommand> command, Path log) {
        Pod first = place.workers().getFirst();
        PodRoute route =
                place.tunnelled()
                        ? PodRoute.tunnel(place.kube(), first, KubeRaySites.PORT)
                        : PodRoute.direct(first, KubeRaySites.PORT);
        List<EngineSite> sites = place.sites();
        List<JobEngine.Part> parts =
                IntStream.range(0, sites.size())
                        .mapToObj(
                                i ->
                                        place.part(
                                                sites.get(i),
                                                place.workers().get(i),
                                                command.apply(sites.get(i))))
                        .toList();
        JobEngine job = JobEngine.start(place.ray(), route.url(), parts, log);
        return new PodEngine(
                place.tunnelled()
                        ? job.behind("a port-forward of the Kubernetes API server")
                                .at(PodRoute.direct(first, KubeRaySites.PORT).url())
                        : job,
                route);
    }

    @Override
    public void close() {
        job.close();
        route.close();
    }
}
