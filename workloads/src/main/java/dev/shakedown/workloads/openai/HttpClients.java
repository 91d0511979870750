package dev.shakedown.workloads.openai;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/** Makes OkHttp clients that send each request once, and never on a connection about to close. */
final class HttpClients {
    /** Servers close idle connections at 5 s; reusing one at that moment loses the request. */
    static final Duration MAX_IDLE = Duration.ofSeconds(4);

    private static final int MAX_IDLE_CONNECTIONS = 65_536;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private HttpClients() {}

    static OkHttpClient of(Endpoint endpoint, Duration callTimeout) {
        return of(endpoint, callTimeout, MAX_IDLE);
    }

    /** With another time than {@link #MAX_IDLE}, so that a test need not wait for it. */
    static OkHttpClient of(Endpoint endpoint, Duration callTimeout, Duration maxIdle) {
        OkHttpClient.Builder builder =
                new OkHttpClient.Builder()
                        .connectionPool(
                                new ConnectionPool(
                                        MAX_IDLE_CONNECTIONS,
                                        maxIdle.toMillis(),
                                        TimeUnit.MILLISECONDS))
                        .retryOnConnectionFailure(false)
                        .followRedirects(false)
                        .fastFallback(false)
                        .protocols(List.of(Protocol.HTTP_1_1))
                        .socketFactory(new NoDelaySockets())
                        .connectTimeout(CONNECT_TIMEOUT)
                        .readTimeout(Duration.ZERO)
                        .writeTimeout(Duration.ZERO)
                        .callTimeout(callTimeout);
        endpoint.caFile().ifPresent(file -> trust(builder, file));
        return builder.build();
    }

    /** The same client without kept connections: each of its calls connects. */
    static OkHttpClient withoutReuse(OkHttpClient client) {
        return client.newBuilder()
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.MILLISECONDS))
                .build();
    }

    static void close(OkHttpClient client) {
        client.connectionPool().evictAll();
        client.dispatcher().executorService().shutdown();
    }

    private static void trust(OkHttpClient.Builder builder, Path caFile) {
        try {
            X509TrustManager both =
                    new EitherTrust(
                            List.of(trustManager(null), trustManager(certificates(caFile))));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {both}, null);
            builder.sslSocketFactory(context.getSocketFactory(), both);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the certificates in " + caFile, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no usable certificate in " + caFile, e);
        }
    }

    private static KeyStore certificates(Path caFile) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(caFile)) {
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + number++, certificate);
            }
        }
        return store;
    }

    /** {@code null} stands for the JDK's own trusted certificates, as the platform API has it. */
    private static X509TrustManager trustManager(@Nullable KeyStore store)
            throws GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("no X.509 trust manager"));
    }

    /** Without Nagle's algorithm: a body over one segment would wait for an acknowledgement. */
    private static final class NoDelaySockets extends SocketFactory {
        @Override
        public Socket createSocket() throws IOException {
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return noDelay(new Socket(host, port));
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress from, int fromPort)
                throws IOException {
            return noDelay(new Socket(host, port, from, fromPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return noDelay(new Socket(host, port));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
                throws IOException {
            return noDelay(new Socket(host, port, from, fromPort));
        }

        private static Socket noDelay(Socket socket) throws IOException {
            socket.setTcpNoDelay(true);
            return socket;
        }
    }

    /** Trusts what any of its managers trusts. */
    private record EitherTrust(List<X509TrustManager> managers) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType)
                throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType)
                throws CertificateException {
            CertificateException refused = new CertificateException("no trust manager");
            for (X509TrustManager manager : managers) {
                try {
                    manager.checkServerTrusted(chain, authType);
                    return;
                } catch (CertificateException e) {
                    refused = e;
                }
            }
            throw refused;
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return managers.stream()
                    .flatMap(manager -> Arrays.stream(manager.getAcceptedIssuers()))
                    .toArray(X509Certificate[]::new);
        }
    }
}
