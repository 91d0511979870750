package dev.shakedown.workloads.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.measure.Outcome;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams over TLS: whose certificate is taken, and what becomes of a request where it is not. */
@ParameterizedClass
@EnumSource(TransportKind.class)
class TlsTest {
    @Parameter TransportKind kind;
    @TempDir Path directory;
    @AutoClose private final MockWebServer web = new MockWebServer();
    private Path pem;

    @BeforeEach
    void serve() throws Exception {
        TestCertificate certificate = TestCertificate.in(directory);
        pem = certificate.pem();
        web.useHttps(certificate.context().getSocketFactory());
        web.start();
        web.enqueue(
                new MockResponse.Builder()
                        .addHeader("content-type", "text/event-stream")
                        .chunkedBody(
                                ScriptedServer.chunk(1)
                                        + ScriptedServer.chunk(2)
                                        + "data: [DONE]\n\n",
                                7)
                        .build());
    }

    @Test
    void certificateOfTheCaFileIsTakenAndTheKeySent() throws Exception {
        Reply reply = ask("127.0.0.1", Optional.of(pem));

        assertThat(reply.outcome()).isEqualTo(new Outcome.Completed());
        assertThat(reply.outputTokens()).isEqualTo(2);
        assertThat(web.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer s3cret");
    }

    @Test
    void unknownCertificateIsBrokenConnect() throws Exception {
        assertThat(ask("127.0.0.1", Optional.empty()).outcome())
                .isEqualTo(new Outcome.Broken("connect"));
    }

    @Test
    void certificateOfAnotherHostIsBrokenConnect() throws Exception {
        assertThat(ask("localhost", Optional.of(pem)).outcome())
                .isEqualTo(new Outcome.Broken("connect"));
    }

    private Reply ask(String host, Optional<Path> caFile) throws InterruptedException {
        URI url = URI.create("https://%s:%d".formatted(host, web.getPort()));
        Endpoint endpoint = new Endpoint(url, "m", Optional.of("s3cret"), caFile);
        try (CompletionTransport transport = kind.to(endpoint, Duration.ofSeconds(20))) {
            return Asking.ask(transport);
        }
    }
}
