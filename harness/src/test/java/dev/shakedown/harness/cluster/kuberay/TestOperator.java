package dev.shakedown.harness.cluster.kuberay;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Does what KubeRay's operator was seen to do with a RayCluster: a head pod, worker pods that start
 * Ray and a headless service, a status by the pods' phase, a condition where pods are refused, an
 * event and nothing more for a name that is too long, failed pods made anew. It never talks to Ray.
 * Deleting is the garbage collector's work, by owner.
 */
final class TestOperator implements AutoCloseable {
    private final Kube kube;
    private final KubernetesClient client;
    private final Rounds rounds;

    TestOperator(Kube kube) {
        this.kube = kube;
        this.client = kube.client();
        this.rounds = new Rounds(this::look);
    }

    @Override
    public void close() {
        rounds.close();
    }

    private void look() {
        List<GenericKubernetesResource> clusters;
        try {
            clusters = kube.rayClusters().list().getItems();
        } catch (KubernetesClientException e) {
            // Without its CRD there is nothing to do, until that comes.
            return;
        }
        clusters.forEach(this::reconcile);
    }

    private void reconcile(GenericKubernetesResource cluster) {
        if (cluster.getMetadata().getDeletionTimestamp() != null) {
            return;
        }
        if (cluster.getMetadata().getName().length() > ClusterName.MOST) {
            event(
                    cluster,
                    "InvalidRayClusterMetadata",
                    "The RayCluster metadata is invalid %s/%s: RayCluster name should be no more than 53 characters"
                            .formatted(kube.namespace(), cluster.getMetadata().getName()));
            return;
        }
        try {
            pods(cluster);
            status(cluster, "");
        } catch (KubernetesClientException e) {
            if (e.getCode() == 403) {
                event(cluster, "FailedToCreateWorkerPod", String.valueOf(KubeTrouble.text(e)));
                status(cluster, KubeTrouble.text(e));
            }
        }
    }

    private void pods(GenericKubernetesResource cluster) {
        JsonNode spec = tree(cluster).path("spec");
        List<Pod> pods = podsOf(cluster);
        pods.stream()
                .filter(pod -> "Failed".equals(pod.getStatus().getPhase()))
                .forEach(pod -> client.resource(pod).delete());
        if (pods.stream().noneMatch(pod -> label(pod, "ray.io/node-type").equals("head"))) {
            service(cluster);
            pod(cluster, spec.path("headGroupSpec"), "head", "headgroup");
        }
        for (JsonNode group : spec.path("workerGroupSpecs")) {
            String name = group.path("groupName").asString("");
            long workers =
                    pods.stream().filter(pod -> label(pod, "ray.io/group").equals(name)).count();
            for (long i = workers; i < group.path("replicas").asInt(0); i++) {
                pod(cluster, group, "worker", name);
            }
        }
    }

    private List<Pod> podsOf(GenericKubernetesResource cluster) {
        return kube.pods("ray.io/cluster=" + cluster.getMetadata().getName());
    }

    /** It may have been deleted since it was listed, and its pods with it. */
    private boolean isGone(GenericKubernetesResource cluster) {
        GenericKubernetesResource now =
                kube.rayClusters().withName(cluster.getMetadata().getName()).get();
        return now == null
                || now.getMetadata().getDeletionTimestamp() != null
                || !now.getMetadata().getUid().equals(cluster.getMetadata().getUid());
    }

    private void pod(GenericKubernetesResource cluster, JsonNode group, String role, String name) {
        if (isGone(cluster)) {
            return;
        }
        PodTemplateSpec template =
                client.getKubernetesSerialization()
                        .convertValue(group.path("template"), PodTemplateSpec.class);
        Map<String, String> labels = new LinkedHashMap<>(template.getMetadata().getLabels());
        labels.put("ray.io/cluster", cluster.getMetadata().getName());
        labels.put("ray.io/node-type", role);
        labels.put("ray.io/group", name);
        String suffix = UUID.randomUUID().toString().substring(0, 5);
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withName(cluster.getMetadata().getName() + "-" + role + "-" + suffix)
                        .withNamespace(kube.namespace())
                        .withLabels(labels)
                        .withOwnerReferences(owner(cluster))
                        .endMetadata()
                        .withSpec(rayStart(cluster, group, role).of(template.getSpec()))
                        .build();
        client.resource(pod).create();
    }

    private RayStart rayStart(GenericKubernetesResource cluster, JsonNode group, String role) {
        Map<String, String> params = new LinkedHashMap<>();
        group.path("rayStartParams")
                .properties()
                .forEach(param -> params.put(param.getKey(), param.getValue().asString("")));
        String head =
                "%s-head-svc.%s.svc.cluster.local"
                        .formatted(cluster.getMetadata().getName(), kube.namespace());
        return new RayStart(role, params, head);
    }

    private void service(GenericKubernetesResource cluster) {
        client.resource(
                        new ServiceBuilder()
                                .withNewMetadata()
                                .withName(cluster.getMetadata().getName() + "-head-svc")
                                .withNamespace(kube.namespace())
                                .withOwnerReferences(owner(cluster))
                                .endMetadata()
                                .withNewSpec()
                                .withClusterIP("None")
                                .addToSelector("ray.io/cluster", cluster.getMetadata().getName())
                                .addToSelector("ray.io/node-type", "head")
                                .addNewPort()
                                .withName("dashboard")
                                .withPort(8265)
                                .endPort()
                                .endSpec()
                                .build())
                .createOr(NonDeletingOperation::update);
    }

    private void status(GenericKubernetesResource cluster, String refused) {
        List<Pod> pods = podsOf(cluster);
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        boolean ready =
                refused.isEmpty() && pods.size() > 1 && pods.stream().allMatch(Snapshot::ready);
        if (ready) {
            status.put("state", "ready");
        }
        status.put("readyWorkerReplicas", pods.stream().filter(Snapshot::ready).count());
        var conditions = status.putArray("conditions");
        condition(
                conditions.addObject(),
                "RayClusterProvisioned",
                ready,
                "AllPodRunningAndReadyFirstTime");
        if (!refused.isEmpty()) {
            condition(conditions.addObject(), "ReplicaFailure", true, "FailedCreateWorkerPod")
                    .put("message", refused);
        }
        GenericKubernetesResource changed = client.getKubernetesSerialization().clone(cluster);
        changed.setAdditionalProperty("status", status);
        try {
            kube.rayClusters().resource(changed).updateStatus();
        } catch (KubernetesClientException again) {
            // Somebody changed it in between: the next round does it.
            return;
        }
    }

    private static ObjectNode condition(ObjectNode at, String type, boolean value, String reason) {
        return at.put("type", type)
                .put("status", value ? "True" : "False")
                .put("reason", reason)
                .put("message", "")
                .put("lastTransitionTime", "2026-01-01T00:00:00Z");
    }

    private void event(GenericKubernetesResource cluster, String reason, String message) {
        if (kube.events(cluster.getMetadata().getName()).stream()
                .anyMatch(e -> reason.equals(e.getReason()))) {
            return;
        }
        client.resource(
                        new EventBuilder()
                                .withNewMetadata()
                                .withGenerateName("operator-")
                                .withNamespace(kube.namespace())
                                .endMetadata()
                                .withNewInvolvedObject()
                                .withApiVersion("ray.io/v1")
                                .withKind("RayCluster")
                                .withName(cluster.getMetadata().getName())
                                .withNamespace(kube.namespace())
                                .endInvolvedObject()
                                .withType("Warning")
                                .withReason(reason)
                                .withMessage(message)
                                .build())
                .create();
    }

    private static OwnerReference owner(HasMetadata cluster) {
        return new OwnerReferenceBuilder()
                .withApiVersion("ray.io/v1")
                .withKind("RayCluster")
                .withName(cluster.getMetadata().getName())
                .withUid(cluster.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    private JsonNode tree(GenericKubernetesResource cluster) {
        return client.getKubernetesSerialization().convertValue(cluster, JsonNode.class);
    }

    private static String label(Pod pod, String key) {
        return pod.getMetadata().getLabels().getOrDefault(key, "");
    }
}
