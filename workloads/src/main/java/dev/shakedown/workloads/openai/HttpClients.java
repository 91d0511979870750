package dev.shakedown.workloads.openai;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

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
        Trust.manager(endpoint).ifPresent(manager -> trust(builder, manager));
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

    private static void trust(OkHttpClient.Builder builder, X509TrustManager manager) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {manager}, null);
            builder.sslSocketFactory(context.getSocketFactory(), manager);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
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
}
