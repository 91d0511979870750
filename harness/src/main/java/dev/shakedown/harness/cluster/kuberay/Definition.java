package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.cluster.StepFailedException;
import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.GroupVersionForDiscovery;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;

/** Whether RayClusters are known, by discovery: that needs no right, unlike the CRD itself. */
final class Definition {
    static final String NAME = "RayCluster CRD";
    private static final String PLURAL = "rayclusters";

    private Definition() {}

    static Check look(Kube kube) {
        List<String> served = served(kube);
        if (served.contains(Manifest.API_VERSION)) {
            return new Check(NAME, Verdict.OK, PLURAL + " in " + Manifest.API_VERSION, "");
        }
        return served.isEmpty()
                ? new Check(
                        NAME,
                        Verdict.FAILED,
                        "there is no CRD rayclusters.ray.io in " + kube.server(),
                        OperatorCheck.INSTALL + ", which brings its CRDs")
                : new Check(
                        NAME,
                        Verdict.FAILED,
                        "the CRD rayclusters.ray.io is too old: it serves %s, Shakedown needs %s"
                                .formatted(String.join(", ", served), Manifest.API_VERSION),
                        "helm pull kuberay/kuberay-operator --version 1.7.0 --untar && kubectl apply --server-side -f kuberay-operator/crds (Helm itself never upgrades CRDs)");
    }

    /** In whatever version. */
    static boolean isKnown(Kube kube) {
        return !served(kube).isEmpty();
    }

    /** May throw {@link StepFailedException}: it went, or was never looked for. */
    static void require(Kube kube) {
        Optional<Check> wrong = Optional.empty();
        try {
            wrong = Optional.of(look(kube)).filter(check -> check.verdict() == Verdict.FAILED);
        } catch (KubernetesClientException silent) {
            // What the caller has seen before says more.
            return;
        }
        if (wrong.isPresent()) {
            throw new StepFailedException(
                    wrong.get().detail(),
                    "",
                    List.of("kubectl api-resources --api-group=ray.io"),
                    wrong.get().next());
        }
    }

    /** The versions that have RayClusters; other kinds of the group may have further ones. */
    private static List<String> served(Kube kube) {
        return Optional.ofNullable(kube.client().getApiGroup("ray.io"))
                .map(APIGroup::getVersions)
                .orElse(List.of())
                .stream()
                .map(GroupVersionForDiscovery::getGroupVersion)
                .filter(version -> has(kube, version))
                .toList();
    }

    private static boolean has(Kube kube, String version) {
        return Optional.ofNullable(kube.client().getApiResources(version))
                .map(APIResourceList::getResources)
                .orElse(List.of())
                .stream()
                .anyMatch(resource -> resource.getName().equals(PLURAL));
    }
}
