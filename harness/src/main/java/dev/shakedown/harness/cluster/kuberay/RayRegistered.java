package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Waits until Ray itself lists every pod with its GPUs: that a pod is ready does not say so. */
final class RayRegistered {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final RayClient ray;
    private final Map<String, Integer> wanted;
    private final Progress progress;
    private final LongSupplier nanoTime;
    private String lastAnswer = "the dashboard was not asked yet";

    /**
     * @param wanted GPUs of each pod by its address
     */
    RayRegistered(
            RayClient ray, Map<String, Integer> wanted, Progress progress, LongSupplier nanoTime) {
        this.ray = ray;
        this.wanted = Map.copyOf(wanted);
        this.progress = progress;
        this.nanoTime = nanoTime;
    }

    /** May throw {@link StepFailedException}. */
    List<Cluster.Node> await(Duration limit) {
        long began = nanoTime.getAsLong();
        while (nanoTime.getAsLong() - began < limit.toNanos()) {
            try {
                List<Cluster.Node> alive = Cluster.alive(ray);
                lastAnswer = "registered: " + alive;
                if (complete(alive)) {
                    return alive;
                }
            } catch (RayRequestException notYet) {
                lastAnswer = notYet.getMessage();
            }
            pause();
        }
        throw new StepFailedException(
                "all pods are ready, but Ray did not register %s within %d s"
                        .formatted(text(), limit.toSeconds()),
                "",
                List.of(lastAnswer),
                "the pods' logs are in this run's directory, under logs");
    }

    private boolean complete(List<Cluster.Node> alive) {
        Set<String> whole =
                alive.stream()
                        .filter(node -> wanted.getOrDefault(node.ip(), -1) == node.gpus())
                        .map(Cluster.Node::ip)
                        .collect(Collectors.toSet());
        progress.bar("Ray nodes", whole.size() / (double) wanted.size());
        return whole.equals(wanted.keySet());
    }

    private String text() {
        return new TreeMap<>(wanted)
                .entrySet().stream()
                        .map(pod -> "%s with %d GPUs".formatted(pod.getKey(), pod.getValue()))
                        .collect(Collectors.joining(", "));
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailedException("interrupted while Ray came up", "", List.of(), "");
        }
    }
}
