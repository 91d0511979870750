package dev.shakedown.workloads.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        "http://h:8000, http://h:8000/v1/models",
        "http://h:8000/, http://h:8000/v1/models",
        "http://h:8000/v1, http://h:8000/v1/models",
        "http://h/base/path/v1/, http://h/base/path/v1/models",
        "https://h/base, https://h/base/v1/models",
    })
    void basePathIsKeptAndV1NotDoubled(String base, String expected) {
        assertThat(Endpoint.of(URI.create(base), "m").resolve("/v1/models")).hasToString(expected);
    }

    @Test
    void otherSchemesAreRefused() {
        assertThatThrownBy(() -> Endpoint.of(URI.create("ftp://h"), "m"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keyIsNotPrintedButSent() throws Exception {
        try (MockWebServer web = new MockWebServer()) {
            web.start();
            web.enqueue(new MockResponse.Builder().body("x 1").build());
            Endpoint endpoint =
                    new Endpoint(web.url("/").uri(), "m", Optional.of("s3cret"), Optional.empty());
            assertThat(endpoint.toString()).doesNotContain("s3cret");
            try (ServerApi api = new ServerApi(endpoint, Duration.ofSeconds(20))) {
                api.metrics();
            }
            assertThat(web.takeRequest().getHeaders().get("Authorization"))
                    .isEqualTo("Bearer s3cret");
        }
    }

    @Test
    void certificatesOfTheCaFileAreTrustedBesideTheJdks() throws Exception {
        Path store = directory.resolve("server.p12");
        Path pem = directory.resolve("ca.pem");
        keytool(
                "-genkeypair -alias s -keyalg EC -dname CN=127.0.0.1 -ext san=ip:127.0.0.1"
                        + " -storetype PKCS12 -storepass changeit -keystore "
                        + store);
        keytool(
                "-exportcert -rfc -alias s -storepass changeit -keystore "
                        + store
                        + " -file "
                        + pem);
        try (MockWebServer web = new MockWebServer()) {
            web.useHttps(serverContext(store).getSocketFactory());
            web.start();
            web.enqueue(new MockResponse.Builder().body("hello").build());
            URI url = URI.create("https://127.0.0.1:" + web.getPort());
            assertThat(metrics(new Endpoint(url, "m", Optional.empty(), Optional.empty())))
                    .isEmpty();
            assertThat(metrics(new Endpoint(url, "m", Optional.empty(), Optional.of(pem))))
                    .hasValue("hello");
        }
    }

    private static Optional<String> metrics(Endpoint endpoint) {
        try (ServerApi api = new ServerApi(endpoint, Duration.ofSeconds(20))) {
            return api.metrics();
        }
    }

    private static void keytool(String arguments) throws Exception {
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process =
                new ProcessBuilder((tool + " " + arguments).split(" "))
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static SSLContext serverContext(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
