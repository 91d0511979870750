package dev.shakedown.harness.cluster.kuberay;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.NonNull;

/**
 * The dashboard of every head in the rig, whose pods have addresses that all lead here: it lists
 * the ready pods of the cluster whose head was asked.
 */
final class FakeRayDashboards extends Dispatcher implements AutoCloseable {
    private static final int PORT = 8265;

    final Queue<String> tokens = new ConcurrentLinkedQueue<>();

    /** Refuses who comes by the pod's own address, as another machine of that address would. */
    volatile boolean onlyByTunnel;

    private final Kube kube;
    private final MockWebServer server = new MockWebServer();

    FakeRayDashboards(Kube kube) throws IOException {
        this.kube = kube;
        server.setDispatcher(this);
        server.start(InetAddress.getByName("0.0.0.0"), PORT);
    }

    @Override
    public void close() {
        server.close();
    }

    @Override
    public MockResponse dispatch(@NonNull RecordedRequest request) {
        tokens.add(String.valueOf(request.getHeaders().get("Authorization")));
        String host = String.valueOf(request.getHeaders().get("Host")).replaceAll(":.*", "");
        if (onlyByTunnel && !host.equals("127.0.0.1")) {
            return answer(403, "not this cluster's token");
        }
        if (request.getTarget().startsWith("/api/v0/nodes")) {
            return answer(
                    200,
                    "{\"result\":true,\"data\":{\"result\":{\"result\":["
                            + rows(host).collect(Collectors.joining(","))
                            + "]}}}");
        }
        if (request.getTarget().matches("/api/v0/(actors|placement_groups)\\b.*")) {
            return answer(200, "{\"result\":true,\"data\":{\"result\":{\"result\":[]}}}");
        }
        return request.getTarget().equals("/api/version")
                ? answer(200, "{\"ray_version\":\"2.53.0\"}")
                : answer(404, "404: Not Found");
    }

    private Stream<String> rows(String host) {
        List<Pod> pods = kube.pods("ray.io/cluster");
        Optional<String> cluster =
                pods.stream()
                        .filter(
                                pod ->
                                        host.equals("127.0.0.1")
                                                || host.equals(pod.getStatus().getPodIP()))
                        .map(pod -> pod.getMetadata().getLabels().get("ray.io/cluster"))
                        .findFirst();
        return pods.stream()
                .filter(Snapshot::ready)
                .filter(
                        pod ->
                                cluster.equals(
                                        Optional.of(
                                                pod.getMetadata()
                                                        .getLabels()
                                                        .get("ray.io/cluster"))))
                .map(FakeRayDashboards::row);
    }

    private static String row(Pod pod) {
        boolean head = pod.getMetadata().getLabels().get("ray.io/node-type").equals("head");
        return "{\"node_id\":\"%s\",\"node_ip\":\"%s\",\"is_head_node\":%s,\"state\":\"ALIVE\",\"resources_total\":{\"GPU\":%d}}"
                .formatted(
                        pod.getMetadata().getName(),
                        pod.getStatus().getPodIP(),
                        head,
                        head ? 0 : gpus(pod));
    }

    private static int gpus(Pod pod) {
        return Optional.ofNullable(
                        pod.getSpec()
                                .getContainers()
                                .getFirst()
                                .getResources()
                                .getLimits()
                                .get("nvidia.com/gpu"))
                .map(gpus -> gpus.getNumericalAmount().intValue())
                .orElse(0);
    }

    private static MockResponse answer(int code, String body) {
        return new MockResponse.Builder().code(code).body(body).build();
    }
}
