package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.cluster.StepFailedException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What preflight looks at on every Kubernetes cluster: way, server, namespace, rights. */
final class KubeChecks {
    private KubeChecks() {}

    /**
     * Opens the cluster; where that or its server's answer fails, there is nothing more to look at.
     *
     * @param further what is looked at next
     */
    static List<Check> in(
            Optional<String> context,
            Optional<String> namespace,
            Function<Kube, List<Check>> further) {
        List<Check> checks = new ArrayList<>();
        try (Kube kube = Kube.open(context, namespace)) {
            Check server = trying("API server", () -> server(kube));
            checks.add(server);
            if (server.verdict() != Verdict.FAILED) {
                checks.add(trying("namespace", () -> namespace(kube)));
                checks.addAll(further.apply(kube));
            }
        } catch (StepFailedException e) {
            checks.add(failed("kubeconfig", e));
        }
        return checks;
    }

    static Check trying(String what, Supplier<Check> check) {
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

    static Check failed(String what, StepFailedException e) {
        String detail = e.evidence().isEmpty() ? "" : "; " + String.join("; ", e.evidence());
        return new Check(what, Verdict.FAILED, e.what() + detail, e.next());
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

    /** Without one of these a run cannot begin, or cannot end what it began. */
    static Check needed(Kube kube, List<Right> rights) {
        String missing = missing(kube, rights);
        return missing.isEmpty()
                ? new Check(
                        "rights",
                        Verdict.OK,
                        rights.size() + " in namespace " + kube.namespace(),
                        "")
                : new Check(
                        "rights",
                        Verdict.FAILED,
                        "this user may not %s in namespace %s".formatted(missing, kube.namespace()),
                        "give the rights that `shakedown plan` lists; kubectl auth can-i --list -n "
                                + kube.namespace());
    }

    /** Without one of these a run says less. */
    static Check useful(Kube kube, List<Right> rights) {
        String missing = missing(kube, rights);
        return missing.isEmpty()
                ? new Check(
                        "further rights",
                        Verdict.OK,
                        rights.stream().map(Right::text).collect(Collectors.joining(", ")),
                        "")
                : new Check(
                        "further rights",
                        Verdict.WARN,
                        "this user may not %s in namespace %s: fewer logs, and no way to pods that cannot be reached directly"
                                .formatted(missing, kube.namespace()),
                        "");
    }

    private static String missing(Kube kube, List<Right> rights) {
        return rights.stream()
                .filter(right -> !right.granted(kube))
                .map(Right::text)
                .collect(Collectors.joining(", "));
    }
}
