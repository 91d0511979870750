package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.InParallel;
import dev.shakedown.harness.cluster.StepFailedException;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Fetches what pods say: the output of every container, also of its last life, Ray's session logs
 * where the pod lets commands in, and what Kubernetes says of the pods. All pods at once; what
 * cannot be had is left out.
 */
final class KubeRayLogs {
    private static final int MOST_LINES = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private final Kube kube;
    private final Path logs;
    private final boolean sessions;

    private KubeRayLogs(Kube kube, Path logs, boolean sessions) {
        this.kube = kube;
        this.logs = logs;
        this.sessions = sessions;
    }

    /**
     * Of the pods that a label selector finds, and of one RayCluster; never throws.
     *
     * @param sessions Ray's session logs too, which hold those of every job
     */
    static void fetch(
            Supplier<Kube> open, Path logs, boolean sessions, String selector, String name) {
        try (Kube kube = open.get()) {
            new KubeRayLogs(kube, logs, sessions).fetch(selector, name);
        } catch (KubernetesClientException | StepFailedException e) {
            // A cluster out of reach has no logs to give; its failure is known by other signs.
            return;
        }
    }

    private void fetch(String selector, String name) {
        List<Pod> pods = kube.pods(selector);
        said(pods, name);
        InParallel.within(PATIENCE, pods, this::ofPod);
    }

    private void ofPod(Pod pod) {
        String name = pod.getMetadata().getName();
        Path folder = logs.resolve(name);
        PodResource resource = kube.client().pods().inNamespace(kube.namespace()).withName(name);
        statuses(pod).forEach(status -> ofContainer(resource, status, folder));
        if (sessions && Snapshot.ready(pod)) {
            SessionLogs.fetch(resource, folder.resolve("session"));
        }
    }

    private static Stream<ContainerStatus> statuses(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).stream()
                .flatMap(
                        status ->
                                Stream.concat(
                                        status.getInitContainerStatuses().stream(),
                                        status.getContainerStatuses().stream()));
    }

    private static void ofContainer(PodResource pod, ContainerStatus status, Path folder) {
        String name = status.getName();
        try {
            String output = pod.inContainer(name).tailingLines(MOST_LINES).getLog();
            write(folder.resolve(name + ".log"), output);
            if (Optional.ofNullable(status.getRestartCount()).orElse(0) > 0) {
                String before =
                        pod.inContainer(name).terminated().tailingLines(MOST_LINES).getLog();
                write(folder.resolve(name + "-previous.log"), before);
            }
        } catch (KubernetesClientException none) {
            // A container that never ran has no log.
            return;
        }
    }

    /** What kubectl would describe; a Secret's value is in none of it. */
    private void said(List<Pod> pods, String name) {
        try {
            Path folder = logs.resolve("kubernetes");
            kube.cluster(name)
                    .ifPresent(
                            cluster ->
                                    write(
                                            folder.resolve("raycluster.json"),
                                            cluster.toPrettyString()));
            for (Pod pod : pods) {
                String yaml = kube.client().getKubernetesSerialization().asYaml(pod);
                write(folder.resolve(pod.getMetadata().getName() + ".yaml"), yaml);
            }
            write(
                    folder.resolve("events.txt"),
                    String.join(
                            "\n",
                            kube.events(name).stream()
                                    .map(
                                            e ->
                                                    "%s %s: %s"
                                                            .formatted(
                                                                    e.getLastTimestamp(),
                                                                    e.getReason(),
                                                                    e.getMessage()))
                                    .toList()));
        } catch (KubernetesClientException none) {
            // Logs are fetched for a failed run, too, whose cluster may be out of reach.
            return;
        }
    }

    static void write(Path file, String text) {
        if (text == null || text.isEmpty()) {
            return;
        }
        try {
            Files.createDirectories(file.resolve("..").normalize());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
