package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.KubeRaySpec;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * KubeRay's operator, installed where there is none and the scenario says so. It is the cluster's
 * from then on: no run removes it or its CRDs.
 */
final class OperatorInstall {
    private static final Duration CRD_PATIENCE = Duration.ofSeconds(15);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    /** Helm keeps its releases in Secrets. */
    private static final List<Right> OF_HELM =
            List.of(
                    new Right("create", "", "secrets"),
                    new Right("get", "", "secrets"),
                    new Right("list", "", "secrets"),
                    new Right("update", "", "secrets"),
                    new Right("delete", "", "secrets"));

    private static final String NEXT =
            "ask an administrator to install the operator, and write operator: require";
    private static final int FORBIDDEN = 403;
    private static final Right NAMESPACES = new Right("create", "", "namespaces");

    private final KubeRaySpec spec;

    OperatorInstall(KubeRaySpec spec) {
        this.spec = spec;
    }

    /** Chart, CRDs and rights, before anything is made. */
    List<Check> look(Kube kube) {
        try {
            List<HasMetadata> objects = new OperatorChart(spec).objects(kube);
            Check rights = rights(kube, objects);
            return List.of(
                    definition(kube, objects),
                    rights.verdict() == Verdict.OK ? gifts(kube, objects, rights) : rights);
        } catch (StepFailedException e) {
            return List.of(KubeChecks.failed("operator chart", e));
        }
    }

    /** Helm brings CRDs that are not there, and never changes those that are. */
    private static Check definition(Kube kube, List<HasMetadata> objects) {
        if (Definition.isKnown(kube)) {
            return Definition.look(kube);
        }
        return objects.stream().anyMatch(OperatorInstall::isRayCluster)
                ? new Check(
                        Definition.NAME, Verdict.OK, "not there yet: it comes with the chart", "")
                : new Check(
                        Definition.NAME,
                        Verdict.FAILED,
                        "the chart brings no CRD rayclusters.ray.io, and there is none",
                        "correct kuberay.operatorChart");
    }

    private static boolean isRayCluster(HasMetadata object) {
        return isDefinition(object) && object.getMetadata().getName().equals("rayclusters.ray.io");
    }

    private static boolean isDefinition(HasMetadata object) {
        return object.getKind().equals("CustomResourceDefinition");
    }

    private static Check rights(Kube kube, List<HasMetadata> objects) {
        List<String> missing = new ArrayList<>();
        if (!NAMESPACES.grantedEverywhere(kube)) {
            missing.add(NAMESPACES.text());
        }
        OF_HELM.stream()
                .filter(right -> !right.granted(kube, OperatorChart.NAMESPACE))
                .forEach(right -> missing.add(right.text()));
        needed(kube, objects)
                .forEach(
                        (right, namespace) -> {
                            if (!right.granted(kube, namespace)) {
                                missing.add(right.text());
                            }
                        });
        return missing.isEmpty()
                ? new Check(
                        "rights to install",
                        Verdict.OK,
                        objects.size() + " objects of the chart",
                        "")
                : new Check(
                        "rights to install",
                        Verdict.FAILED,
                        "this user may not %s, which the operator's chart needs (namespace %s)"
                                .formatted(
                                        String.join(", ", missing.stream().distinct().toList()),
                                        OperatorChart.NAMESPACE),
                        NEXT);
    }

    /**
     * Nobody may give a role more rights than their own, which the API server judges without making
     * anything.
     */
    private static Check gifts(Kube kube, List<HasMetadata> objects, Check otherwise) {
        return objects.stream()
                .filter(object -> object.getKind().equals("ClusterRole"))
                .flatMap(role -> refusal(kube, role).stream())
                .findFirst()
                .map(
                        said ->
                                new Check(
                                        otherwise.name(),
                                        Verdict.FAILED,
                                        "this user may not give the operator its rights: " + said,
                                        NEXT))
                .orElse(otherwise);
    }

    private static Optional<String> refusal(Kube kube, HasMetadata role) {
        try {
            kube.client().resource(role).dryRun().create();
            return Optional.empty();
        } catch (KubernetesClientException e) {
            // Another refusal, as that it is there already, is for Helm to say.
            return e.getCode() == FORBIDDEN
                    ? Optional.of(KubeTrouble.text(e).replaceAll("\\s+", " "))
                    : Optional.empty();
        }
    }

    /** A right to create each kind, with the namespace it counts in; empty: the whole cluster. */
    private static Map<Right, String> needed(Kube kube, List<HasMetadata> objects) {
        boolean known = Definition.isKnown(kube);
        Map<Right, String> needed = new LinkedHashMap<>();
        for (HasMetadata object : objects) {
            if (!known || !isDefinition(object)) {
                resource(kube, object)
                        .ifPresent(
                                resource ->
                                        needed.put(
                                                new Right(
                                                        "create",
                                                        group(object),
                                                        resource.getName()),
                                                Boolean.TRUE.equals(resource.getNamespaced())
                                                        ? namespace(object)
                                                        : ""));
            }
        }
        return needed;
    }

    private static Optional<APIResource> resource(Kube kube, HasMetadata object) {
        return Optional.ofNullable(kube.client().getApiResources(object.getApiVersion()))
                .map(APIResourceList::getResources)
                .orElse(List.of())
                .stream()
                .filter(resource -> resource.getKind().equals(object.getKind()))
                .filter(resource -> !resource.getName().contains("/"))
                .findFirst();
    }

    private static String group(HasMetadata object) {
        String version = object.getApiVersion();
        return version.contains("/") ? version.replaceAll("/.*", "") : "";
    }

    private static String namespace(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getNamespace())
                .orElse(OperatorChart.NAMESPACE);
    }

    /** Installs it if there is none by now. May throw {@link StepFailedException}. */
    void ensure(Kube kube, Duration limit, Progress progress) {
        OperatorCheck check = new OperatorCheck(spec);
        if (!check.installs(kube)) {
            return;
        }
        OperatorChart chart = new OperatorChart(spec);
        progress.say("installing " + chart.inWords() + ", where it stays");
        chart.install(kube, limit);
        awaitDefinition(kube);
        Check now = check.look(kube);
        if (now.verdict() == Verdict.FAILED) {
            throw new StepFailedException(
                    "the operator was installed, but " + now.detail(), "", List.of(), now.next());
        }
    }

    /** The API server lists a new kind a moment after its CRD is there. */
    private static void awaitDefinition(Kube kube) {
        long end = System.nanoTime() + CRD_PATIENCE.toNanos();
        while (Definition.look(kube).verdict() == Verdict.FAILED && System.nanoTime() < end) {
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StepFailedException("interrupted while the CRDs came", "", List.of(), "");
            }
        }
        Definition.require(kube);
    }
}
