package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.scenario.KubeRaySpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether KubeRay's operator is there, and of which version. */
final class OperatorCheck {
    private static final String NAME = "kuberay operator";
    private static final Right LIST = new Right("list", "apps", "deployments");
    private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\.(\\d+)\\.(\\d+)");
    private static final String RANGE = "1.4.0 to 1.7";
    static final String INSTALL =
            "helm install kuberay-operator kuberay/kuberay-operator --version 1.7.0";

    private final KubeRaySpec spec;

    OperatorCheck(KubeRaySpec spec) {
        this.spec = spec;
    }

    Check look(Kube kube) {
        boolean everywhere = LIST.grantedEverywhere(kube);
        if (!everywhere && spec.operator().chart().isPresent()) {
            return unseen(kube);
        }
        if (!everywhere && !LIST.granted(kube)) {
            return skipped(kube);
        }
        List<Deployment> found = deployments(kube, everywhere);
        if (!found.isEmpty()) {
            return judged(found);
        }
        return everywhere ? absent(kube) : skipped(kube);
    }

    /** There is none, and the scenario wants one to be installed. */
    boolean installs(Kube kube) {
        return spec.operator().chart().isPresent()
                && LIST.grantedEverywhere(kube)
                && deployments(kube, true).isEmpty();
    }

    private Check absent(Kube kube) {
        return spec.operator().chart().isPresent()
                ? new Check(
                        NAME,
                        Verdict.OK,
                        "none yet: ClusterUp installs " + new OperatorChart(spec).inWords(),
                        "")
                : new Check(
                        NAME,
                        Verdict.FAILED,
                        "no KubeRay operator is installed in any namespace of " + kube.server(),
                        INSTALL + "; or kuberay.operator: install");
    }

    /** Two operators for the same RayClusters would work against each other. */
    private static Check unseen(Kube kube) {
        return new Check(
                NAME,
                Verdict.FAILED,
                "this user may not list deployments.apps in all namespaces of %s, so nobody can say whether an operator is there already"
                        .formatted(kube.server()),
                "ask for that right; or write operator: require");
    }

    private static Check skipped(Kube kube) {
        return new Check(
                NAME,
                Verdict.SKIPPED,
                "this user has not the right to list deployments outside of namespace %s; an operator that does not act is named at ClusterUp"
                        .formatted(kube.namespace()),
                "");
    }

    private static List<Deployment> deployments(Kube kube, boolean everywhere) {
        var all = kube.client().apps().deployments();
        return (everywhere ? all.inAnyNamespace() : all.inNamespace(kube.namespace()))
                .list().getItems().stream().filter(OperatorCheck::isOperator).toList();
    }

    private static boolean isOperator(Deployment deployment) {
        String name = deployment.getMetadata().getName();
        return name.contains("kuberay-operator")
                || images(deployment).stream().anyMatch(i -> i.contains("kuberay/operator"));
    }

    private static List<String> images(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().stream()
                .map(container -> String.valueOf(container.getImage()))
                .toList();
    }

    private Check judged(List<Deployment> found) {
        Deployment operator = found.getFirst();
        String where =
                "%s in namespace %s"
                        .formatted(
                                operator.getMetadata().getName(),
                                operator.getMetadata().getNamespace());
        Optional<Matcher> version = version(operator);
        if (version.isEmpty()) {
            return new Check(
                    NAME,
                    Verdict.WARN,
                    where + " has an image without a version: " + images(operator),
                    "");
        }
        List<String> wrong = new ArrayList<>();
        String text = version.get().group().replaceFirst("^v", "");
        int minor =
                Integer.parseInt(version.get().group(1)) * 1_000
                        + Integer.parseInt(version.get().group(2));
        if (minor < 1_004) {
            wrong.add("is too old: " + text + ", Shakedown knows " + RANGE);
        }
        spec.operator()
                .version()
                .filter(asked -> !asked.equals(text))
                .ifPresent(asked -> wrong.add("is " + text + ", the scenario asks for " + asked));
        if (!wrong.isEmpty()) {
            return new Check(
                    NAME,
                    Verdict.FAILED,
                    where + " " + String.join("; ", wrong),
                    "Shakedown changes no operator that is there: correct kuberay.operatorVersion, or who owns it upgrades it, CRDs first (helm upgrade leaves those as they are)");
        }
        if (replicas(operator) == 0) {
            return new Check(
                    NAME,
                    Verdict.FAILED,
                    where + " has no ready replica",
                    "kubectl describe deployment -n %s %s"
                            .formatted(
                                    operator.getMetadata().getNamespace(),
                                    operator.getMetadata().getName()));
        }
        return minor > 1_007
                ? new Check(
                        NAME,
                        Verdict.WARN,
                        "%s is %s; tried are %s".formatted(where, text, RANGE),
                        "")
                : new Check(NAME, Verdict.OK, where + ", version " + text, "");
    }

    private static int replicas(Deployment deployment) {
        return deployment.getStatus() == null
                ? 0
                : Optional.ofNullable(deployment.getStatus().getReadyReplicas()).orElse(0);
    }

    private static Optional<Matcher> version(Deployment deployment) {
        return images(deployment).stream()
                .map(image -> VERSION.matcher(image.replaceAll("^.*:|@.*$", "")))
                .filter(Matcher::matches)
                .findFirst();
    }
}
