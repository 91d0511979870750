package dev.shakedown.harness.cluster.kuberay;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The way from here to a port of a pod: its address, or a port-forward through the API server,
 * which is slow and belongs to nothing that is measured.
 *
 * @param tunnel present where the pod cannot be reached directly
 */
record PodRoute(URI url, Optional<LocalPortForward> tunnel) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    static String ip(Pod pod) {
        return pod.getStatus().getPodIP();
    }

    static PodRoute direct(Pod pod, int port) {
        return new PodRoute(URI.create("http://%s:%d".formatted(ip(pod), port)), Optional.empty());
    }

    static PodRoute tunnel(Kube kube, Pod pod, int port) {
        LocalPortForward forward =
                kube.client()
                        .pods()
                        .inNamespace(kube.namespace())
                        .withName(pod.getMetadata().getName())
                        .portForward(port, InetAddress.getLoopbackAddress(), 0);
        URI url = URI.create("http://127.0.0.1:" + forward.getLocalPort());
        return new PodRoute(url, Optional.of(forward));
    }

    /** Whether something takes connections there; who, is another question. */
    boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(url.getHost(), url.getPort()),
                    Math.toIntExact(PATIENCE.toMillis()));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        tunnel.ifPresent(
                forward -> {
                    try {
                        forward.close();
                    } catch (IOException broken) {
                        // It is gone then, and what waits to be ended behind it must not stay.
                        return;
                    }
                });
    }
}
