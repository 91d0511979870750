package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.KubeRaySpec;
import dev.shakedown.harness.scenario.Scenario;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at everything that a RayCluster will need, and makes nothing. */
final class KubeRayPreflight {
    private static final String GPU = "nvidia.com/gpu";

    private final Scenario scenario;
    private final KubeRaySpec spec;
    private final ClusterName name;

    KubeRayPreflight(Scenario scenario, KubeRaySpec spec, ClusterName name) {
        this.scenario = scenario;
        this.spec = spec;
        this.name = name;
    }

    List<Check> look() {
        List<Check> checks = new ArrayList<>();
        checks.add(patches());
        checks.addAll(KubeChecks.in(spec.context(), spec.namespace(), this::inside));
        return checks;
    }

    private List<Check> inside(Kube kube) {
        List<Check> checks = new ArrayList<>(operator(kube));
        checks.add(KubeChecks.trying("rights", () -> KubeChecks.needed(kube, Right.NEEDED)));
        checks.add(
                KubeChecks.trying("further rights", () -> KubeChecks.useful(kube, Right.USEFUL)));
        checks.add(KubeChecks.trying("GPU nodes", () -> nodes(kube)));
        return checks;
    }

    /** What acts on a RayCluster: there already, or to be installed. */
    private List<Check> operator(Kube kube) {
        OperatorCheck operator = new OperatorCheck(spec);
        List<Check> checks = new ArrayList<>();
        checks.add(KubeChecks.trying("kuberay operator", () -> operator.look(kube)));
        try {
            if (operator.installs(kube)) {
                checks.addAll(new OperatorInstall(spec).look(kube));
                return checks;
            }
        } catch (KubernetesClientException e) {
            // The check above has met the same, and says so.
            return checks;
        }
        checks.add(KubeChecks.trying(Definition.NAME, () -> Definition.look(kube)));
        return checks;
    }

    private Check patches() {
        try {
            Manifest manifest = new Manifest(scenario, spec, name, Map.of());
            return new Check(
                    "manifest", Verdict.OK, manifest.rayCluster().path("kind").asString(""), "");
        } catch (StepFailedException e) {
            return KubeChecks.failed("manifest", e);
        }
    }

    private Check nodes(Kube kube) {
        if (!new Right("list", "", "nodes").grantedEverywhere(kube)) {
            return new Check(
                    "GPU nodes", Verdict.SKIPPED, "this user has not the right to list nodes", "");
        }
        int asked = scenario.cluster().gpusPerNode();
        List<Node> selected =
                kube.client().nodes().withLabels(spec.nodeSelector()).list().getItems();
        long fit = selected.stream().filter(node -> gpus(node) >= asked).count();
        String found =
                "%d of %d nodes%s have %d %s or more"
                        .formatted(
                                fit,
                                selected.size(),
                                spec.nodeSelector().isEmpty() ? "" : " with " + spec.nodeSelector(),
                                asked,
                                GPU);
        return fit >= scenario.cluster().nodes()
                ? new Check("GPU nodes", Verdict.OK, found, "")
                : new Check(
                        "GPU nodes",
                        Verdict.FAILED,
                        "%s, the scenario needs %d".formatted(found, scenario.cluster().nodes()),
                        "kubectl get nodes -o custom-columns=NAME:.metadata.name,GPU:.status.allocatable.nvidia\\.com/gpu; lower the shape or correct kuberay.nodeSelector");
    }

    private static long gpus(Node node) {
        Map<String, Quantity> allocatable =
                node.getStatus() == null ? Map.of() : node.getStatus().getAllocatable();
        return Optional.ofNullable(allocatable)
                .map(amounts -> amounts.get(GPU))
                .map(amount -> amount.getNumericalAmount().longValue())
                .orElse(0L);
    }
}
