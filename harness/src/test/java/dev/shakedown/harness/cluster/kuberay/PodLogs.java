package dev.shakedown.harness.cluster.kuberay;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.NonNull;

/** The part of a kubelet that the API server asks for containers' logs. */
final class PodLogs extends Dispatcher implements AutoCloseable {
    private static final char[] PASSWORD = "rig".toCharArray();

    private final Map<String, RealPod> pods;
    private final MockWebServer server = new MockWebServer();

    PodLogs(Map<String, RealPod> pods) throws IOException {
        this.pods = pods;
        server.setDispatcher(this);
        server.useHttps(tls().getSocketFactory());
        server.start(InetAddress.getLoopbackAddress(), 0);
    }

    /** With the certificate that {@code certs.sh} made. */
    private static SSLContext tls() throws IOException {
        Path file = Path.of(System.getenv("RIG_STATE"), "pki", "kubelet.p12");
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD);
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, PASSWORD);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(keys.getKeyManagers(), null, null);
            return tls;
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificate in " + file, e);
        }
    }

    int port() {
        return server.getPort();
    }

    @Override
    public MockResponse dispatch(@NonNull RecordedRequest request) {
        List<String> path = request.getUrl().pathSegments();
        RealPod pod =
                path.size() == 4 && path.getFirst().equals("containerLogs")
                        ? pods.get(path.get(2))
                        : null;
        if (pod == null) {
            return new MockResponse.Builder().code(404).build();
        }
        boolean previous = "true".equals(request.getUrl().queryParameter("previous"));
        return pod.container(path.get(3))
                .map(container -> answer(container.log(previous)))
                .orElseGet(() -> new MockResponse.Builder().code(404).build());
    }

    private static MockResponse answer(Path log) {
        try {
            return new MockResponse.Builder().code(200).body(Files.readString(log)).build();
        } catch (IOException none) {
            return new MockResponse.Builder().code(404).build();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
