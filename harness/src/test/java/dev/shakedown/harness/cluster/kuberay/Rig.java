package dev.shakedown.harness.cluster.kuberay;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A namespace of its own in the control plane that {@code k8s/up.sh} started, with the operator's
 * deployment, a test operator that acts on it unless it is closed, and the dashboards.
 */
final class Rig implements AutoCloseable {
    static final String OPERATOR_NAMESPACE = "kuberay-system";

    final Kube kube;
    final TestOperator operator;
    final FakeRayDashboards dashboards;

    Rig() throws IOException {
        String namespace = "test-" + UUID.randomUUID().toString().substring(0, 8);
        this.kube = Kube.open(Optional.empty(), Optional.of(namespace));
        make(namespace);
        client().serviceAccounts()
                .inNamespace(namespace)
                .withName("default")
                .waitUntilCondition(account -> account != null, 30, TimeUnit.SECONDS);
        this.operator = new TestOperator(kube);
        this.dashboards = new FakeRayDashboards(kube);
        installOperator("v1.7.0");
    }

    KubernetesClient client() {
        return kube.client();
    }

    String namespace() {
        return kube.namespace();
    }

    /** Its deployment only; who acts is the test operator. */
    void installOperator(String version) {
        make(OPERATOR_NAMESPACE);
        Deployment deployment =
                client().getKubernetesSerialization()
                        .unmarshal(
                                """
                                apiVersion: apps/v1
                                kind: Deployment
                                metadata: {name: kuberay-operator, namespace: kuberay-system}
                                spec:
                                  selector: {matchLabels: {app: kuberay-operator}}
                                  template:
                                    metadata: {labels: {app: kuberay-operator}}
                                    spec:
                                      nodeSelector: {type: kwok}
                                      containers: [{name: operator, image: "kuberay/operator:%s"}]
                                """
                                        .formatted(version),
                                Deployment.class);
        client().resource(deployment).fieldManager("test").forceConflicts().serverSideApply();
        client().resource(deployment)
                .waitUntilCondition(
                        d ->
                                d != null
                                        && d.getStatus() != null
                                        && Optional.ofNullable(d.getStatus().getReadyReplicas())
                                                        .orElse(0)
                                                > 0
                                        && d.getMetadata()
                                                .getGeneration()
                                                .equals(d.getStatus().getObservedGeneration()),
                        30,
                        TimeUnit.SECONDS);
    }

    void removeOperator() {
        client().apps()
                .deployments()
                .inNamespace(OPERATOR_NAMESPACE)
                .withName("kuberay-operator")
                .delete();
    }

    /** A RayCluster of somebody else. */
    GenericKubernetesResource rayCluster(String name) {
        GenericKubernetesResource cluster =
                client().getKubernetesSerialization()
                        .unmarshal(
                                """
                                apiVersion: ray.io/v1
                                kind: RayCluster
                                metadata: {name: %s}
                                spec:
                                  headGroupSpec: {template: {metadata: {labels: {a: b}}, spec: {nodeSelector: {type: kwok}, containers: [{name: r, image: a}]}}}
                                  workerGroupSpecs: [{groupName: g, replicas: 1, template: {metadata: {labels: {a: b}}, spec: {nodeSelector: {type: kwok}, containers: [{name: r, image: a, resources: {limits: {nvidia.com/gpu: "0"}}}]}}}]
                                """
                                        .formatted(name),
                                GenericKubernetesResource.class);
        return kube.rayClusters().resource(cluster).create();
    }

    /** Discovery follows a CRD after a moment. */
    void awaitServed(String version, boolean served) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while ((client().getApiResources("ray.io/" + version) != null) != served) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "ray.io/%s is %s".formatted(version, served ? "not served" : "served"));
            }
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /** Everything in the namespace that a run could have made. */
    List<String> things() {
        List<HasMetadata> all = new ArrayList<>(kube.rayClusters().list().getItems());
        all.addAll(client().pods().inNamespace(namespace()).list().getItems());
        all.addAll(client().services().inNamespace(namespace()).list().getItems());
        all.addAll(client().secrets().inNamespace(namespace()).list().getItems());
        return all.stream()
                .map(o -> o.getKind() + " " + o.getMetadata().getName())
                .sorted()
                .toList();
    }

    /** A GPU node that nobody plays: its pods are in the state that the test gives them. */
    void manualNode(String name) {
        client().resource(
                        client().getKubernetesSerialization()
                                .unmarshal(
                                        """
                                        apiVersion: v1
                                        kind: Node
                                        metadata: {name: %s, labels: {type: %s, kubernetes.io/hostname: %s}}
                                        status:
                                          allocatable: {cpu: "64", memory: 1Ti, pods: "50", nvidia.com/gpu: "8"}
                                          capacity: {cpu: "64", memory: 1Ti, pods: "50", nvidia.com/gpu: "8"}
                                          conditions: [{type: Ready, status: "True", reason: Test}]
                                        """
                                                .formatted(name, name, name),
                                        Node.class))
                .create();
    }

    private void make(String namespace) {
        client().resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(namespace)
                                .withLabels(Map.of("made-by", "test"))
                                .endMetadata()
                                .build())
                .createOr(r -> r.update());
    }

    @Override
    public void close() {
        operator.close();
        dashboards.close();
        client().namespaces().withName(namespace()).delete();
        kube.close();
    }
}
