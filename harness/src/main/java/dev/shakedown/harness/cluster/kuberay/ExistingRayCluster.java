package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.LedgerNamespace;
import dev.shakedown.harness.cluster.ray.EngineJobs;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A RayCluster of somebody else: whether it can be used, and the end of what a run has on it. */
final class ExistingRayCluster {
    static final String CHECK = "RayCluster";

    private ExistingRayCluster() {}

    /** May throw {@link KubernetesClientException}. */
    static Check look(Kube kube, String name) {
        if (kube.cluster(name).isEmpty()) {
            return failed(
                    "there is no RayCluster %s in namespace %s%s"
                            .formatted(name, kube.namespace(), others(kube)),
                    "kubectl get rayclusters -n %s; correct kuberay.existing or kuberay.namespace"
                            .formatted(kube.namespace()));
        }
        Snapshot seen = Snapshot.of(kube, name);
        String wrong = wrong(seen);
        return wrong.isEmpty()
                ? new Check(
                        CHECK,
                        Verdict.OK,
                        "%s in namespace %s, head and %d workers ready"
                                .formatted(name, kube.namespace(), seen.workersAsked()),
                        "")
                : failed(
                        "RayCluster %s in namespace %s %s".formatted(name, kube.namespace(), wrong),
                        "kubectl describe raycluster -n %s %s; who owns it must bring it up, Shakedown changes nothing of it"
                                .formatted(kube.namespace(), name));
    }

    /** Its pods now; may throw {@link StepFailedException} where it cannot be used. */
    static Snapshot ready(Kube kube, String name) {
        Check check = look(kube, name);
        if (check.verdict() != Verdict.OK) {
            throw new StepFailedException(check.detail(), name, List.of(), check.next());
        }
        return Snapshot.of(kube, name);
    }

    /** Ends the jobs that a run has there; where the RayCluster has gone, they went with it. */
    static EndReport endJobs(String runId, Kube kube, LedgerNamespace.Foreign there) {
        String name = there.rayCluster();
        if (kube.cluster(name).isEmpty()) {
            return EndReport.NOTHING;
        }
        Optional<Pod> head = Snapshot.of(kube, name).head().filter(Snapshot::ready);
        if (head.isEmpty()) {
            return left(runId, kube, name, "its head pod is not ready");
        }
        try {
            return endJobs(runId, kube, there, head.get());
        } catch (RayRequestException | StepFailedException e) {
            return left(runId, kube, name, String.valueOf(e.getMessage()));
        }
    }

    private static EndReport endJobs(
            String runId, Kube kube, LedgerNamespace.Foreign there, Pod head) {
        Optional<String> token = HeadToken.of(kube, head);
        try (PodRoute route = Dashboard.route(kube, head, token);
                RayClient ray = new RayClient(route.url(), token, Dashboard.PATIENCE)) {
            return new EndReport(
                    new EngineJobs(ray, System::nanoTime)
                            .stopOf(runId, there.jobs()).stream()
                                    .map(
                                            id ->
                                                    "job %s on RayCluster %s in namespace %s"
                                                            .formatted(
                                                                    id,
                                                                    there.rayCluster(),
                                                                    kube.namespace()))
                                    .toList(),
                    List.of());
        }
    }

    private static EndReport left(String runId, Kube kube, String name, String why) {
        return new EndReport(
                List.of(),
                List.of(
                        "jobs of run %s on RayCluster %s in namespace %s: %s"
                                .formatted(runId, name, kube.namespace(), why)));
    }

    private static String wrong(Snapshot seen) {
        if (seen.cluster().path("metadata").has("deletionTimestamp")) {
            return "is being deleted";
        }
        if (seen.cluster().path("spec").path("suspend").asBoolean(false)) {
            return "is suspended";
        }
        int asked = seen.workersAsked();
        if (seen.ready(asked)) {
            return "";
        }
        boolean head = seen.head().filter(Snapshot::ready).isPresent();
        long workers = seen.workers().stream().filter(Snapshot::ready).count();
        String why =
                Stream.concat(
                                ClusterStalls.of(seen, ClusterStalls.OPERATOR_PATIENCE).stream(),
                                seen.pods().stream().flatMap(pod -> PodStalls.of(pod).stream()))
                        .map(Stall::what)
                        .distinct()
                        .map(what -> "; " + what)
                        .collect(Collectors.joining());
        return "is not ready: head %s, %d of %d workers%s"
                .formatted(head ? "ready" : "not ready", workers, asked, why);
    }

    /** What else there is, for a slip of the pen. */
    private static String others(Kube kube) {
        try {
            List<String> names =
                    kube.rayClusters().list().getItems().stream()
                            .map((GenericKubernetesResource c) -> c.getMetadata().getName())
                            .toList();
            return names.isEmpty() ? ", nor any other" : "; there are " + String.join(", ", names);
        } catch (KubernetesClientException hidden) {
            return "";
        }
    }

    private static Check failed(String detail, String next) {
        return new Check(CHECK, Verdict.FAILED, detail, next);
    }
}
