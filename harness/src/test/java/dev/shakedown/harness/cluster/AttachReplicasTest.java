package dev.shakedown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.scenario.AttachSpec;
import dev.shakedown.harness.scenario.ClusterSpec;
import dev.shakedown.harness.scenario.Provider;
import dev.shakedown.workloads.load.Balance;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas of one model, on two paths of one server. */
class AttachReplicasTest {
    private final MockWebServer server = new MockWebServer();
    private final Map<String, String> routes = new HashMap<>();

    @BeforeEach
    void serve() throws IOException {
        for (String base : List.of("/a/", "/b/")) {
            routes.put(base + "health", "");
            routes.put(base + "version", "{\"version\":\"0.32.0\"}");
            routes.put(base + "v1/models", "{\"data\":[{\"id\":\"tiny\"}]}");
        }
        server.setDispatcher(
                new Dispatcher() {
                    @Override
                    public MockResponse dispatch(RecordedRequest request) {
                        String body = routes.get(request.getUrl().encodedPath());
                        return body == null
                                ? new MockResponse.Builder().code(404).build()
                                : new MockResponse.Builder().body(body).build();
                    }
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void eachIsLookedAtAndTakesItsShare() {
        AttachProvider provider = provider();
        List<Check> checks = provider.preflight();

        assertThat(checks).noneMatch(check -> check.verdict() == Verdict.FAILED);
        assertThat(checks).filteredOn(check -> check.name().equals("models")).hasSize(2);
        assertThat(provider.startEngine(_ -> null, Path.of("log")).replicas())
                .extracting(RunningEngine::baseUrl)
                .containsExactly(url("/a"), url("/b"));
        assertThat(provider.plan(_ -> null).engine()).hasSize(8);
    }

    @Test
    void replicasOfTwoVersionsOrModelsAreRefused() {
        routes.put("/b/version", "{\"version\":\"0.31.0\"}");
        routes.put("/b/v1/models", "{\"data\":[{\"id\":\"other\"}]}");

        assertThat(provider().preflight())
                .filteredOn(check -> check.verdict() == Verdict.FAILED)
                .extracting(Check::detail)
                .containsExactly("vllm differ: 0.32.0 | 0.31.0", "models differ: tiny | other");
    }

    @Test
    void oneThatDoesNotAnswerIsNamed() {
        routes.remove("/b/health");

        assertThat(provider().preflight())
                .filteredOn(check -> check.verdict() == Verdict.FAILED)
                .singleElement()
                .extracting(Check::detail)
                .asString()
                .contains(url("/b").toString());
    }

    private URI url(String path) {
        return server.url(path).uri();
    }

    private AttachProvider provider() {
        return new AttachProvider(
                new AttachSpec(
                        url("/a"),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(url("/b")),
                        Balance.STICKY),
                new ClusterSpec(Provider.ATTACH, 1, 8, Optional.empty()),
                Duration.ofMillis(1));
    }
}
