package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.LedgerNamespace;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Deletes what carries a run's label, and waits until its pods are gone. On a RayCluster of
 * somebody else it ends the run's jobs, and touches nothing of Kubernetes.
 */
public final class KubeRayEnd implements LedgerNamespace.End {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Of the patience, where nothing changes but for a finalizer: 30 s. */
    private static final int BLOCKED_PART = 3;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(300);
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final Duration patience;

    public KubeRayEnd() {
        this(PATIENCE);
    }

    /** {@code patience}: for what was deleted to be gone; more than pods take to end. */
    KubeRayEnd(Duration patience) {
        this.patience = patience;
    }

    @Override
    public EndReport end(String runId, LedgerNamespace place) {
        try (Kube kube = Kube.open(place)) {
            return place.foreign().isPresent()
                    ? ExistingRayCluster.endJobs(runId, kube, place.foreign().get())
                    : end(runId, kube);
        } catch (StepFailedException e) {
            return left(runId, place.namespace(), e.what());
        } catch (KubernetesClientException e) {
            return left(
                    runId, place.namespace(), KubeTrouble.meaning(e) + ": " + KubeTrouble.text(e));
        }
    }

    private EndReport end(String runId, Kube kube) {
        String selector = Labels.selector(runId);
        List<String> ended = new ArrayList<>();
        for (GenericKubernetesResource cluster : clusters(kube, selector)) {
            String name = cluster.getMetadata().getName();
            kube.rayClusters()
                    .withName(name)
                    .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                    .delete();
            ended.add("RayCluster %s in namespace %s".formatted(name, kube.namespace()));
        }
        secret(kube, runId).ifPresent(ended::add);
        List<String> left = awaitGone(kube, selector);
        ended.removeIf(line -> left.stream().anyMatch(other -> other.startsWith(line)));
        return new EndReport(ended, left);
    }

    /** A controller that lives removes its finalizer soon; one that does not is not waited for. */
    private List<String> awaitGone(Kube kube, String selector) {
        long began = System.nanoTime();
        long changed = began;
        List<String> left = left(kube, selector);
        while (!left.isEmpty() && !Thread.currentThread().isInterrupted()) {
            Duration all = Duration.ofNanos(System.nanoTime() - began);
            Duration still = Duration.ofNanos(System.nanoTime() - changed);
            boolean blocked = left.stream().anyMatch(Remains::isBlocked);
            if (all.compareTo(patience) > 0
                    || (blocked && still.compareTo(patience.dividedBy(BLOCKED_PART)) > 0)) {
                break;
            }
            pause();
            List<String> now = left(kube, selector);
            changed = now.equals(left) ? changed : System.nanoTime();
            left = now;
        }
        return left;
    }

    private static List<GenericKubernetesResource> clusters(Kube kube, String selector) {
        try {
            return kube.clusters(selector);
        } catch (KubernetesClientException e) {
            if (e.getCode() == NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    /** By name and label, so that no right to list Secrets is needed. */
    private static Optional<String> secret(Kube kube, String runId) {
        var place =
                kube.client()
                        .secrets()
                        .inNamespace(kube.namespace())
                        .withName(ClusterName.ofRun(runId).secret());
        try {
            Secret secret = place.get();
            if (secret == null || !isOf(runId, secret)) {
                return Optional.empty();
            }
            place.delete();
            return Optional.of(
                    "Secret %s in namespace %s"
                            .formatted(secret.getMetadata().getName(), kube.namespace()));
        } catch (KubernetesClientException e) {
            // Who may not read it has not made it.
            if (e.getCode() == FORBIDDEN) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean isOf(String runId, Secret secret) {
        return Optional.ofNullable(secret.getMetadata().getLabels())
                .map((Map<String, String> labels) -> labels.get(Labels.RUN))
                .filter(Labels.run(runId)::equals)
                .isPresent();
    }

    private static List<String> left(Kube kube, String selector) {
        return Stream.concat(
                        clusters(kube, selector).stream().map(Remains::of),
                        kube.pods(selector).stream().map(Remains::of))
                .toList();
    }

    private static EndReport left(String runId, String namespace, String why) {
        return new EndReport(
                List.of(),
                List.of(
                        "what carries the label %s in namespace %s: %s"
                                .formatted(Labels.selector(runId), namespace, why)));
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
