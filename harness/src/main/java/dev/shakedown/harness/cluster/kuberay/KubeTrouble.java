package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.StepFailedException;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;

/** What the API server's refusals mean. */
final class KubeTrouble {
    private KubeTrouble() {}

    /**
     * As a failed step.
     *
     * @param doing for the message, such as {@code RayCluster x could not be made}
     */
    static StepFailedException failed(String doing, Kube kube, KubernetesClientException e) {
        return new StepFailedException(
                doing + ": " + meaning(e), "", evidence(kube, e), next(kube, e));
    }

    /** One sentence part. */
    static String meaning(KubernetesClientException e) {
        String text = text(e);
        if (text.contains("field not declared in schema") || text.contains("unknown field")) {
            return "the RayCluster CRD that is installed does not know a field of it";
        }
        if (text.contains("exceeded quota")) {
            return "a ResourceQuota of the namespace does not allow it";
        }
        return switch (e.getCode()) {
            case 0 -> "no answer from the API server";
            case 401 -> "the API server does not know this user";
            case 403 -> "this user has not the right to do so";
            case 404 -> "the API server knows no such thing";
            case 409 -> "somebody else owns a field of it";
            case 400, 422 -> "the API server finds it invalid";
            default -> "the API server answered " + e.getCode();
        };
    }

    /** What the API server said. */
    static String text(KubernetesClientException e) {
        String said =
                Optional.ofNullable(e.getStatus())
                        .map(Status::getMessage)
                        .orElseGet(() -> String.valueOf(e.getMessage()));
        String cause =
                e.getCode() == 0 && e.getCause() != null
                        ? " (" + e.getCause().getMessage() + ")"
                        : "";
        return said + cause;
    }

    private static List<String> evidence(Kube kube, KubernetesClientException e) {
        return List.of(kube.server() + ": " + text(e));
    }

    private static String next(Kube kube, KubernetesClientException e) {
        String text = text(e);
        if (text.contains("field not declared in schema") || text.contains("unknown field")) {
            return "kubectl get crd rayclusters.ray.io -o yaml; install the CRDs of the operator's own version (Helm never upgrades them)";
        }
        return switch (e.getCode()) {
            case 0 -> "kubectl cluster-info; check kuberay.context and KUBECONFIG";
            case 401 -> "log in to the cluster again, then kubectl auth whoami";
            case 403 -> "kubectl auth can-i --list -n " + kube.namespace();
            case 404 ->
                    "kubectl get ns "
                            + kube.namespace()
                            + "; kubectl api-resources --api-group=ray.io";
            case 409 ->
                    "kubectl get raycluster -n "
                            + kube.namespace()
                            + " --show-managed-fields -o yaml";
            default -> "";
        };
    }
}
