package dev.shakedown.workloads.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {
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
        TestCertificate certificate = TestCertificate.in(directory);
        try (MockWebServer web = new MockWebServer()) {
            web.useHttps(certificate.context().getSocketFactory());
            web.start();
            web.enqueue(new MockResponse.Builder().body("hello").build());
            URI url = URI.create("https://127.0.0.1:" + web.getPort());
            assertThat(metrics(new Endpoint(url, "m", Optional.empty(), Optional.empty())))
                    .isEmpty();
            assertThat(
                            metrics(
                                    new Endpoint(
                                            url,
                                            "m",
                                            Optional.empty(),
                                            Optional.of(certificate.pem()))))
                    .hasValue("hello");
        }
    }

    private static Optional<String> metrics(Endpoint endpoint) {
        try (ServerApi api = new ServerApi(endpoint, Duration.ofSeconds(20))) {
            return api.metrics();
        }
    }
}
