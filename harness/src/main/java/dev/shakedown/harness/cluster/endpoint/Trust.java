package dev.shakedown.harness.cluster.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Trusts the JDK's authorities and those of one file. */
final class Trust {
    private Trust() {}

    /**
     * @throws IOException if the file cannot be read or holds no certificate
     */
    static void add(Path caFile, OkHttpClient.Builder client) throws IOException {
        try {
            X509TrustManager manager = manager(certificates(caFile));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {manager}, null);
            client.sslSocketFactory(context.getSocketFactory(), manager);
        } catch (GeneralSecurityException notUsable) {
            throw new IOException(
                    "no usable certificate in " + caFile + ": " + notUsable.getMessage(),
                    notUsable);
        }
    }

    private static List<Certificate> certificates(Path caFile)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(caFile)) {
            List<Certificate> found =
                    List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
            if (found.isEmpty()) {
                throw new IOException("no certificate in " + caFile);
            }
            return found;
        }
    }

    private static X509TrustManager manager(List<Certificate> extra)
            throws IOException, GeneralSecurityException {
        List<Certificate> all = new ArrayList<>(extra);
        all.addAll(List.<X509Certificate>of(managerOf(null).getAcceptedIssuers()));
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < all.size(); i++) {
            store.setCertificateEntry("ca-" + i, all.get(i));
        }
        return managerOf(store);
    }

    private static X509TrustManager managerOf(@Nullable KeyStore store)
            throws GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Stream.of(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
