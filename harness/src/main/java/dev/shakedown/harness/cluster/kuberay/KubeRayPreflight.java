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
import java.util.function.Supplier;

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
        try (Kube kube = Kube.open(spec.context(), spec.namespace())) {
            Check server = trying("API server", () -> server(kube));
            checks.add(server);
            if (server.verdict() == Verdict.FAILED) {
                return checks;
            }
            checks.add(trying("namespace", () -> namespace(kube)));
            checks.add(trying("RayCluster CRD", () -> Definition.look(kube)));
            checks.add(trying("kuberay operator", () -> new OperatorCheck(spec).look(kube)));
            checks.add(trying("rights", () -> needed(kube)));
            checks.add(trying("further rights", () -> useful(kube)));
            checks.add(trying("GPU nodes", () -> nodes(kube)));
        } catch (StepFailedException e) {
            checks.add(
                    new Check(
                            "kubeconfig",
                            Verdict.FAILED,
                            e.what() + "; " + String.join("; ", e.evidence()),
                            e.next()));
        }
        return checks;
    }

    private static Check trying(String what, Supplier<Check> check) {
        try {
            return check.get();
        } catch (KubernetesClientException e) {
            return new Check(
                    what,
                    Verdict.FAILED,
                    "%s: %s".formatted(KubeTrouble.meaning(e), KubeTrouble.text(e)),
                    "kubectl cluster-info; check kuberay.context and KUBECONFIG");
        }
    }

    private Check patches() {
        try {
            Manifest manifest = new Manifest(scenario, spec, name, Map.of());
            return new Check(
                    "manifest", Verdict.OK, manifest.rayCluster().path("kind").asString(""), "");
        } catch (StepFailedException e) {
            return new Check(
                    "manifest",
                    Verdict.FAILED,
                    e.what() + ": " + String.join("; ", e.evidence()),
                    e.next());
        }
    }

    private static Check server(Kube kube) {
        String version = kube.client().getKubernetesVersion().getGitVersion();
        return new Check("API server", Verdict.OK, kube.server() + " is Kubernetes " + version, "");
    }

    private static Check namespace(Kube kube) {
        String namespace = kube.namespace();
        if (!new Right("get", "", "namespaces").granted(kube)) {
            return new Check(
                    "namespace",
                    Verdict.SKIPPED,
                    "this user has not the right to get namespace " + namespace,
                    "");
        }
        return kube.client().namespaces().withName(namespace).get() != null
                ? new Check("namespace", Verdict.OK, namespace, "")
                : new Check(
                        "namespace",
                        Verdict.FAILED,
                        "there is no namespace %s in %s".formatted(namespace, kube.server()),
                        "kubectl create namespace " + namespace);
    }

    private static Check needed(Kube kube) {
        List<String> missing = missing(kube, Right.NEEDED);
        return missing.isEmpty()
                ? new Check(
                        "rights",
                        Verdict.OK,
                        Right.NEEDED.size() + " in namespace " + kube.namespace(),
                        "")
                : new Check(
                        "rights",
                        Verdict.FAILED,
                        "this user may not %s in namespace %s"
                                .formatted(String.join(", ", missing), kube.namespace()),
                        "give the rights that `shakedown plan` lists; kubectl auth can-i --list -n "
                                + kube.namespace());
    }

    private static Check useful(Kube kube) {
        List<String> missing = missing(kube, Right.USEFUL);
        return missing.isEmpty()
                ? new Check("further rights", Verdict.OK, "logs, exec and port-forward", "")
                : new Check(
                        "further rights",
                        Verdict.WARN,
                        "this user may not %s in namespace %s: fewer logs, and no way to pods that cannot be reached directly"
                                .formatted(String.join(", ", missing), kube.namespace()),
                        "");
    }

    private static List<String> missing(Kube kube, List<Right> rights) {
        return rights.stream().filter(right -> !right.granted(kube)).map(Right::text).toList();
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
