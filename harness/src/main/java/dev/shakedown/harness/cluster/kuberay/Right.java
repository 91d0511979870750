package dev.shakedown.harness.cluster.kuberay;

import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import java.util.List;

/**
 * Something that a user may or may not do.
 *
 * @param group empty for Kubernetes' own kinds
 * @param resource as in an RBAC rule: {@code pods/log}
 */
record Right(String verb, String group, String resource) {
    private static final String RAY = "ray.io";

    /** Without one of these a run cannot begin, or cannot end what it began. */
    static final List<Right> NEEDED =
            List.of(
                    new Right("create", RAY, "rayclusters"),
                    new Right("patch", RAY, "rayclusters"),
                    new Right("get", RAY, "rayclusters"),
                    new Right("list", RAY, "rayclusters"),
                    new Right("delete", RAY, "rayclusters"),
                    new Right("create", "", "secrets"),
                    new Right("patch", "", "secrets"),
                    new Right("get", "", "secrets"),
                    new Right("delete", "", "secrets"),
                    new Right("list", "", "pods"),
                    new Right("list", "", "events"));

    /** Without one of these a run says less. */
    static final List<Right> USEFUL =
            List.of(
                    new Right("get", "", "pods/log"),
                    new Right("create", "", "pods/exec"),
                    new Right("create", "", "pods/portforward"));

    /** Enough to use a RayCluster of somebody else. */
    static final List<Right> TO_USE =
            List.of(
                    new Right("get", RAY, "rayclusters"),
                    new Right("list", "", "pods"),
                    new Right("list", "", "events"));

    /** Without one of these a run there says less; in its pods nothing is executed. */
    static final List<Right> USEFUL_THERE =
            List.of(new Right("get", "", "pods/log"), new Right("create", "", "pods/portforward"));

    String text() {
        return verb + " " + resource + (group.isEmpty() ? "" : "." + group);
    }

    boolean granted(Kube kube) {
        return granted(kube, kube.namespace());
    }

    /** In every namespace, or on a kind that has none. */
    boolean grantedEverywhere(Kube kube) {
        return granted(kube, "");
    }

    /** Empty: in every namespace, or on a kind that has none. */
    boolean granted(Kube kube, String namespace) {
        ResourceAttributesBuilder asked =
                new ResourceAttributesBuilder()
                        .withVerb(verb)
                        .withGroup(group)
                        .withResource(resource.replaceAll("/.*", ""));
        if (!namespace.isEmpty()) {
            asked.withNamespace(namespace);
        }
        if (resource.contains("/")) {
            asked.withSubresource(resource.replaceAll(".*/", ""));
        }
        SelfSubjectAccessReview review =
                new SelfSubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withResourceAttributes(asked.build())
                        .endSpec()
                        .build();
        return Boolean.TRUE.equals(
                kube.client()
                        .authorization()
                        .v1()
                        .selfSubjectAccessReview()
                        .create(review)
                        .getStatus()
                        .getAllowed());
    }
}
