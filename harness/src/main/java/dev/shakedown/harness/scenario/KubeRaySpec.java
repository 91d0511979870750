package dev.shakedown.harness.scenario;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code kuberay} block: a RayCluster that the KubeRay operator of a Kubernetes cluster brings
 * up.
 *
 * @param context of the user's kubeconfig; absent: the current one
 * @param namespace absent: the context's
 * @param image has Ray and vLLM
 * @param rayVersion the image's; from 2.53 on the operator's probes need no {@code wget} in it
 * @param shm size of {@code /dev/shm} as Kubernetes writes it ({@code 10Gi}); absent: 10 GiB for
 *     each eight GPUs
 */
public record KubeRaySpec(
        Optional<String> context,
        Optional<String> namespace,
        String image,
        Optional<String> rayVersion,
        Operator operator,
        PodPatch podPatch,
        Map<String, String> nodeSelector,
        List<Toleration> tolerations,
        Optional<String> shm,
        Optional<Rdma> rdma)
        implements ProviderSpec {

    public KubeRaySpec {
        nodeSelector = Map.copyOf(nodeSelector);
        tolerations = List.copyOf(tolerations);
    }

    /**
     * The KubeRay operator.
     *
     * @param version that must be there, or be installed; absent: any that Shakedown knows
     * @param chart to install it from where there is none: a folder or archive, or what the user's
     *     Helm calls it; absent: it must be there
     */
    public record Operator(Optional<String> version, Optional<String> chart) {
        /** As the user's Helm calls the chart where nothing else is said. */
        public static final String USUAL_CHART = "kuberay/kuberay-operator";

        /** Must be there, in any version that Shakedown knows. */
        public static final Operator ANY = new Operator(Optional.empty(), Optional.empty());
    }

    /** Files of pod templates that are merged over what Shakedown makes. */
    public record PodPatch(Optional<Path> head, Optional<Path> worker) {
        public static final PodPatch NONE = new PodPatch(Optional.empty(), Optional.empty());
    }

    /**
     * A taint that the pods may run on.
     *
     * @param key absent: every key
     * @param value absent: every value
     * @param effect absent: every effect
     */
    public record Toleration(
            Optional<String> key, Optional<String> value, Optional<String> effect) {}

    /** An extended resource that gives a pod its RDMA devices. */
    public record Rdma(String resource, int count) {}
}
