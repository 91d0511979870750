package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Waits until all pods of a RayCluster are ready, and says why they are not. */
final class PodsUp {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final Kube kube;
    private final String name;
    private final int workers;
    private final Progress progress;
    private final LongSupplier nanoTime;

    PodsUp(Kube kube, String name, int workers, Progress progress, LongSupplier nanoTime) {
        this.kube = kube;
        this.name = name;
        this.workers = workers;
        this.progress = progress;
        this.nanoTime = nanoTime;
    }

    /** May throw {@link StepFailedException}. */
    Snapshot await(Duration limit) {
        StallWatch watch = new StallWatch(progress, nanoTime);
        long began = nanoTime.getAsLong();
        long heard = began;
        while (true) {
            Duration age = Duration.ofNanos(nanoTime.getAsLong() - began);
            try {
                Snapshot seen = Snapshot.of(kube, name);
                heard = nanoTime.getAsLong();
                progress.bar("pods ready", seen.readyPods() / (double) (workers + 1));
                if (seen.ready(workers)) {
                    return seen;
                }
                Optional<Stall> end = watch.look(stalls(seen, age));
                if (end.isPresent()) {
                    throw end.get().failure("");
                }
            } catch (KubernetesClientException silent) {
                if (silent.getCode() == 403 || nanoTime.getAsLong() - heard > SILENCE.toNanos()) {
                    throw KubeTrouble.failed(
                            "RayCluster " + name + " cannot be watched", kube, silent);
                }
            }
            if (age.compareTo(limit) > 0) {
                throw late(watch, limit);
            }
            pause();
        }
    }

    private static List<Stall> stalls(Snapshot seen, Duration age) {
        List<Stall> stalls = new ArrayList<>(ClusterStalls.of(seen, age));
        seen.pods().forEach(pod -> stalls.addAll(PodStalls.of(pod)));
        return stalls;
    }

    private StepFailedException late(StallWatch watch, Duration limit) {
        String what = "not all pods are ready after %d s".formatted(limit.toSeconds());
        return watch.longest()
                .map(stall -> stall.failure(what + ": "))
                .orElseGet(
                        () ->
                                new StepFailedException(
                                        what,
                                        name,
                                        List.of(),
                                        "kubectl describe pods -n %s -l ray.io/cluster=%s"
                                                .formatted(kube.namespace(), name)));
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailedException("interrupted while pods came up", "", List.of(), "");
        }
    }
}
