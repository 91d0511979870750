package dev.shakedown.harness.cluster.kuberay;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is left of a run although it was deleted, a line each. A finalizer is somebody's promise to
 * clean up first: it is named with who set it, and left to them.
 */
final class Remains {
    private static final String WAITS = " and waits for finalizer ";

    private Remains() {}

    /** Whether a line is of something that only who set its finalizer can end. */
    static boolean isBlocked(String line) {
        return line.contains(WAITS);
    }

    static String of(GenericKubernetesResource cluster) {
        return "RayCluster %s in namespace %s is being deleted%s"
                .formatted(
                        cluster.getMetadata().getName(),
                        cluster.getMetadata().getNamespace(),
                        finalizers(cluster));
    }

    static String of(Pod pod) {
        return "pod %s in namespace %s is still there%s%s"
                .formatted(
                        pod.getMetadata().getName(),
                        pod.getMetadata().getNamespace(),
                        owner(pod),
                        finalizers(pod));
    }

    /** The garbage collector takes a pod only after its owner. */
    private static String owner(Pod pod) {
        boolean asked = pod.getMetadata().getDeletionTimestamp() != null;
        List<OwnerReference> owners = pod.getMetadata().getOwnerReferences();
        return asked || owners.isEmpty()
                ? ""
                : ", with its GPUs, until %s %s is gone"
                        .formatted(owners.getFirst().getKind(), owners.getFirst().getName());
    }

    private static String finalizers(HasMetadata object) {
        List<String> all = object.getMetadata().getFinalizers();
        if (all == null || all.isEmpty()) {
            return "";
        }
        String named =
                all.stream()
                        .map(each -> each + setBy(object, each))
                        .collect(Collectors.joining(", "));
        return WAITS
                + "%s: only who set it may remove it, when their work is done. See kubectl get %s -n %s %s --show-managed-fields -o yaml; then shakedown down again"
                        .formatted(
                                named,
                                object.getKind().toLowerCase(Locale.ROOT),
                                object.getMetadata().getNamespace(),
                                object.getMetadata().getName());
    }

    private static String setBy(HasMetadata object, String finalizer) {
        return Optional.ofNullable(object.getMetadata().getManagedFields())
                .orElse(List.of())
                .stream()
                .filter(entry -> fields(entry).contains("v:\"" + finalizer + "\""))
                .map(ManagedFieldsEntry::getManager)
                .findFirst()
                .map(manager -> " (set by " + manager + ")")
                .orElse("");
    }

    private static String fields(ManagedFieldsEntry entry) {
        return Optional.ofNullable(entry.getFieldsV1())
                .map(fields -> String.valueOf(fields.getAdditionalProperties()))
                .orElse("");
    }
}
