package dev.shakedown.workloads.openai;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates are taken: the JDK's authorities, and those that the endpoint names. */
final class Trust {
    private Trust() {}

    /** Absent where the JDK's own authorities are enough. */
    static Optional<X509TrustManager> manager(Endpoint endpoint) {
        return endpoint.caFile().map(Trust::withAuthorities);
    }

    /** For a client that makes its own sockets; absent without TLS. */
    static Optional<SslContext> context(Endpoint endpoint) {
        if (!endpoint.baseUrl().getScheme().equalsIgnoreCase("https")) {
            return Optional.empty();
        }
        SslContextBuilder builder = SslContextBuilder.forClient();
        manager(endpoint).ifPresent(builder::trustManager);
        try {
            return Optional.of(builder.build());
        } catch (SSLException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    private static X509TrustManager withAuthorities(Path caFile) {
        try {
            return new EitherTrust(List.of(trustManager(null), trustManager(certificates(caFile))));
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
