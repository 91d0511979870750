package dev.shakedown.harness.cluster.kuberay;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * A small kubelet for nodes of its own: their pods are real processes, each pod in a network of its
 * own. It knows what pods of a RayCluster use, and neither images, limits, exec, other volumes nor
 * the addresses of services.
 */
final class PodRunner implements AutoCloseable {
    private static final Duration BEAT_AGAIN = Duration.ofSeconds(10);

    private static final PatchContext APPLY =
            new PatchContext.Builder()
                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                    .withFieldManager("pod-runner")
                    .withForce(true)
                    .build();

    private final Kube kube;
    private final KubernetesClient client;
    private final String path;
    private final Path folder;
    private final Map<String, RealPod> pods = new ConcurrentHashMap<>();
    private final Map<String, PodStatus> told = new ConcurrentHashMap<>();
    private final PodLogs logs;
    private final List<String> nodes;
    private final int gpus;
    private final Rounds rounds;
    private long beatenNanos = System.nanoTime();
    private int made;

    /**
     * @param nodes how many, which the label {@code type: real} selects
     * @param path of the containers
     * @param folder for the pods' files; a short path, as Ray's sockets have long ones
     */
    PodRunner(Kube kube, int nodes, int gpus, String path, Path folder) throws IOException {
        this.kube = kube;
        this.client = kube.client();
        this.path = path;
        this.folder = folder;
        this.gpus = gpus;
        this.nodes = IntStream.range(0, nodes).mapToObj(i -> "real-" + i).toList();
        this.logs = new PodLogs(pods);
        PodSandbox.makeBridge();
        this.nodes.forEach(this::register);
        this.rounds = new Rounds(this::round);
    }

    /** The main process of a pod's container and all below it. */
    List<ProcessHandle> processes(String pod) {
        return pods.get(pod).container(PodTemplates.CONTAINER).orElseThrow().processes();
    }

    private void register(String node) {
        client.resource(
                        new NodeBuilder()
                                .withNewMetadata()
                                .withName(node)
                                .addToLabels("type", "real")
                                .addToLabels("kubernetes.io/hostname", node)
                                .endMetadata()
                                .build())
                .create();
        beat(node);
    }

    /** Without it the control plane takes the node for dead, and its pods for not ready. */
    private void beat(String name) {
        Node node =
                client.getKubernetesSerialization()
                        .unmarshal(
                                """
                                apiVersion: v1
                                kind: Node
                                metadata: {name: %s}
                                status:
                                  allocatable: {cpu: "64", memory: 1Ti, pods: "50", nvidia.com/gpu: "%d"}
                                  capacity: {cpu: "64", memory: 1Ti, pods: "50", nvidia.com/gpu: "%d"}
                                  addresses: [{type: InternalIP, address: 127.0.0.1}]
                                  daemonEndpoints: {kubeletEndpoint: {Port: %d}}
                                  conditions: [{type: Ready, status: "True", reason: PodRunner, lastHeartbeatTime: "%s"}]
                                """
                                        .formatted(
                                                name,
                                                gpus,
                                                gpus,
                                                logs.port(),
                                                Instant.now().truncatedTo(ChronoUnit.SECONDS)),
                                Node.class);
        // Not an update of what was read: the control plane labels and taints a new node meanwhile.
        client.resource(node).subresource("status").patch(APPLY);
    }

    private void round() {
        try {
            look();
            if (System.nanoTime() - beatenNanos > BEAT_AGAIN.toNanos()) {
                nodes.forEach(this::beat);
                beatenNanos = System.nanoTime();
            }
        } catch (KubernetesClientException again) {
            // Somebody changed it in between: the next round does it.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("a pod could not be started", e);
        }
    }

    private void look() throws IOException {
        for (Pod pod : kube.pods("ray.io/cluster")) {
            if (!nodes.contains(String.valueOf(pod.getSpec().getNodeName()))) {
                continue;
            }
            if (pod.getMetadata().getDeletionTimestamp() != null) {
                delete(pod);
            } else {
                step(pod);
            }
        }
    }

    private void step(Pod pod) throws IOException {
        String name = pod.getMetadata().getName();
        if (!pods.containsKey(name)) {
            made++;
            pods.put(name, new RealPod(client, pod, made, path, folder.resolve("p" + made)));
            hosts();
        }
        PodStatus status = pods.get(name).step();
        if (!status.equals(told.get(name))) {
            client.resource(pod)
                    .editStatus(known -> new PodBuilder(known).withStatus(status).build());
            told.put(name, status);
        }
    }

    /** What a DNS would say of headless services. */
    private void hosts() {
        StringBuilder all = new StringBuilder();
        for (Service service : client.services().inNamespace(kube.namespace()).list().getItems()) {
            String name =
                    "%s.%s.svc.cluster.local"
                            .formatted(service.getMetadata().getName(), kube.namespace());
            pods.values().stream()
                    .filter(pod -> selects(service, pod.pod()))
                    .forEach(pod -> all.append(pod.ip()).append(' ').append(name).append('\n'));
        }
        pods.forEach(
                (name, pod) ->
                        pod.hosts("127.0.0.1 localhost\n%s %s\n%s".formatted(pod.ip(), name, all)));
    }

    private static boolean selects(Service service, Pod pod) {
        return pod.getMetadata()
                .getLabels()
                .entrySet()
                .containsAll(service.getSpec().getSelector().entrySet());
    }

    private void delete(Pod pod) {
        RealPod known = pods.remove(pod.getMetadata().getName());
        if (known != null) {
            known.close();
        }
        client.resource(pod).withGracePeriod(0).delete();
    }

    @Override
    public void close() {
        rounds.close();
        pods.values().forEach(RealPod::close);
        nodes.forEach(node -> client.nodes().withName(node).delete());
        PodSandbox.removeBridge();
        logs.close();
    }
}
