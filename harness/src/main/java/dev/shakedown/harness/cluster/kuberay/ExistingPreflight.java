package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.cluster.ForeignRay;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import dev.shakedown.harness.scenario.ExistingRayClusterSpec;
import dev.shakedown.harness.scenario.Scenario;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at a RayCluster of somebody else: there, ready, its Ray, its GPUs; changes nothing. */
final class ExistingPreflight {
    private final Scenario scenario;
    private final ExistingRayClusterSpec spec;

    ExistingPreflight(Scenario scenario, ExistingRayClusterSpec spec) {
        this.scenario = scenario;
        this.spec = spec;
    }

    List<Check> look() {
        return KubeChecks.in(spec.context(), spec.namespace(), this::inside);
    }

    private List<Check> inside(Kube kube) {
        List<Check> checks = new ArrayList<>();
        checks.add(KubeChecks.trying("RayCluster CRD", () -> Definition.look(kube)));
        checks.add(KubeChecks.trying("rights", () -> KubeChecks.needed(kube, Right.TO_USE)));
        checks.add(
                KubeChecks.trying(
                        "further rights", () -> KubeChecks.useful(kube, Right.USEFUL_THERE)));
        if (checks.stream().noneMatch(check -> check.verdict() == Verdict.FAILED)) {
            Check cluster =
                    KubeChecks.trying(
                            ExistingRayCluster.CHECK,
                            () -> ExistingRayCluster.look(kube, spec.name()));
            checks.add(cluster);
            if (cluster.verdict() == Verdict.OK) {
                checks.addAll(ray(kube));
            }
        }
        return checks;
    }

    private List<Check> ray(Kube kube) {
        try {
            Snapshot seen = ExistingRayCluster.ready(kube, spec.name());
            Pod head = seen.head().orElseThrow();
            Optional<String> token = HeadToken.of(kube, head);
            Check known =
                    new Check(
                            "token",
                            Verdict.OK,
                            HeadToken.secret(head)
                                    .map(secret -> "of Secret " + secret)
                                    .orElse(token.isPresent() ? "of RAY_AUTH_TOKEN" : "none"),
                            "");
            try (PodRoute route = Dashboard.route(kube, head, token);
                    RayClient ray = new RayClient(route.url(), token, Dashboard.PATIENCE)) {
                return List.of(
                        known, version(ray, seen), ForeignRay.shape(ray, scenario.cluster()));
            }
        } catch (StepFailedException e) {
            return List.of(KubeChecks.failed("token", e));
        } catch (RayRequestException | KubernetesClientException e) {
            return List.of(
                    new Check(
                            "ray dashboard",
                            Verdict.FAILED,
                            "the Ray of RayCluster %s: %s".formatted(spec.name(), e.getMessage()),
                            "kubectl port-forward -n %s service/%s-head-svc 8265; set RAY_AUTH_TOKEN if it asks for a token that no Secret holds"
                                    .formatted(kube.namespace(), spec.name())));
        }
    }

    private Check version(RayClient ray, Snapshot seen) {
        String found = ray.version().version();
        Optional<String> other = spec.rayVersion().filter(asked -> !asked.equals(found));
        if (other.isPresent()) {
            return new Check(
                    "ray version",
                    Verdict.FAILED,
                    "RayCluster %s runs Ray %s, the scenario asks for %s"
                            .formatted(spec.name(), found, other.get()),
                    "correct kuberay.rayVersion, or choose another RayCluster");
        }
        String said = seen.cluster().path("spec").path("rayVersion").asString("");
        return said.isEmpty() || said.equals(found)
                ? new Check("ray version", Verdict.OK, "Ray " + found, "")
                : new Check(
                        "ray version",
                        Verdict.WARN,
                        "its rayVersion says %s, Ray itself says %s".formatted(said, found),
                        "");
    }
}
