package dev.shakedown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.scenario.AttachSpec;
import dev.shakedown.harness.scenario.ClusterSpec;
import dev.shakedown.harness.scenario.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(30)
// They mostly wait.
@Execution(ExecutionMode.CONCURRENT)
class AttachProviderTest {
    private static final String NODES =
            """
            {"result": true, "data": {"result": {"result": [
              {"node_id": "b", "node_ip": "10.0.0.2", "node_name": "w", "state": "ALIVE",
               "is_head_node": false, "resources_total": {"CPU": 2, "GPU": 8}},
              {"node_id": "x", "node_ip": "10.0.0.3", "node_name": "x", "state": "DEAD",
               "is_head_node": false, "resources_total": {"GPU": 8}},
              {"node_id": "a", "node_ip": "10.0.0.1", "node_name": "h", "state": "ALIVE",
               "is_head_node": true, "resources_total": {"CPU": 2}}]}}}
            """;

    @TempDir Path folder;

    private final MockWebServer server = new MockWebServer();
    private final Map<String, String> routes = new HashMap<>();
    private final AtomicInteger metricsReads = new AtomicInteger();

    @BeforeEach
    void serve() {
        routes.put("/gpu/health", "");
        routes.put("/gpu/version", "{\"version\":\"0.32.0\"}");
        routes.put("/gpu/v1/models", "{\"data\":[{\"id\":\"tiny\",\"max_model_len\":2048}]}");
        routes.put("/gpu/metrics", metrics(0, 0));
        routes.put("/ray/api/version", "{\"ray_version\":\"2.60.0\"}");
        routes.put("/ray/api/v0/nodes", NODES);
        server.setDispatcher(
                new Dispatcher() {
                    @Override
                    public MockResponse dispatch(RecordedRequest request) {
                        return answer(request);
                    }
                });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anIdleEndpointPassesAndWhatCannotBeCheckedIsSkipped() throws IOException {
        server.start();

        AttachProvider provider = provider(false, Optional.empty(), Optional.empty());
        List<Check> checks = provider.preflight();

        assertThat(checks)
                .extracting(Check::name, Check::verdict)
                .containsExactly(
                        tuple("endpoint", Verdict.OK),
                        tuple("version", Verdict.OK),
                        tuple("models", Verdict.OK),
                        tuple("foreign load", Verdict.OK),
                        tuple("ray dashboard", Verdict.SKIPPED),
                        tuple("engine log", Verdict.SKIPPED));
        assertThat(checks)
                .filteredOn(check -> check.verdict() == Verdict.SKIPPED)
                .extracting(Check::detail)
                .doesNotContain("");
        assertThat(metricsReads).as("looked at more than once").hasValueGreaterThan(2);
        assertThat(provider.fingerprint())
                .containsOnly(Map.entry("vllm", "0.32.0"), Map.entry("models", "tiny"));
    }

    @Test
    void anEndpointThatServesOthersIsRefused() throws IOException {
        server.start();
        routes.put("/gpu/metrics", metrics(3, 2));

        Check check = named("foreign load", provider(false, Optional.empty(), Optional.empty()));

        assertThat(check.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(check.detail()).isEqualTo("5 requests of others inside");
        assertThat(check.next()).contains("attach.shared: true");
    }

    @Test
    void aSharedEndpointIsAcceptedWithAWarning() throws IOException {
        server.start();
        routes.put("/gpu/metrics", metrics(3, 0));

        assertThat(
                        named("foreign load", provider(true, Optional.empty(), Optional.empty()))
                                .verdict())
                .isEqualTo(Verdict.WARN);
    }

    @Test
    void withoutMetricsForeignLoadIsSkipped() throws IOException {
        server.start();
        routes.remove("/gpu/metrics");

        Check check = named("foreign load", provider(false, Optional.empty(), Optional.empty()));

        assertThat(check.verdict()).isEqualTo(Verdict.SKIPPED);
        assertThat(check.detail()).contains("/metrics");
    }

    @Test
    void theDashboardNamesVersionAndLivingNodes() throws IOException {
        server.start();
        URI ray = URI.create("http://127.0.0.1:" + server.getPort() + "/ray/");
        AttachProvider provider = provider(false, Optional.of(ray), Optional.empty());

        assertThat(named("ray dashboard", provider).detail()).startsWith("Ray 2.60.0");
        Cluster cluster = provider.up(Progress.SILENT);

        assertThat(cluster.rayDashboard()).hasValue(ray);
        assertThat(cluster.nodes())
                .containsExactly(
                        new Cluster.Node("b", "10.0.0.2", "", 8, false),
                        new Cluster.Node("a", "10.0.0.1", "", 0, true));
        assertThat(provider.fingerprint())
                .containsEntry("ray", "2.60.0")
                .containsEntry("nodes", "10.0.0.2 (8 GPUs), 10.0.0.1 (0 GPUs)");
    }

    @Test
    void dashboardThatNamesNoNodesFailsInsteadOfMakingThemUp() throws IOException {
        routes.put("/ray/api/v0/nodes", "{\"result\": true, \"data\": {}}");
        server.start();
        URI ray = URI.create("http://127.0.0.1:" + server.getPort() + "/ray/");
        AttachProvider provider = provider(false, Optional.of(ray), Optional.empty());

        assertThatThrownBy(() -> provider.up(Progress.SILENT))
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining("names no nodes");
    }

    @Test
    void planOfAnEndpointWithAKeyShowsItInNoArgument() throws IOException {
        server.start();
        Path key = Files.writeString(folder.resolve("key"), "s3cret-key\n");
        AttachSpec spec =
                new AttachSpec(
                        base("http"), Optional.empty(), false, Optional.empty(), Optional.of(key));

        assertThat(new AttachProvider(spec, shape()).plan(_ -> null).engine())
                .allMatch(line -> line.startsWith("printf ") && line.endsWith(" -K -"))
                .noneMatch(line -> line.contains("s3cret"));
    }

    @Test
    void withoutADashboardThereIsOneUnknownNode() throws IOException {
        server.start();

        Cluster cluster = provider(false, Optional.empty(), Optional.empty()).up(Progress.SILENT);

        assertThat(cluster.rayDashboard()).isEmpty();
        assertThat(cluster.nodes())
                .containsExactly(new Cluster.Node("unknown", "127.0.0.1", "127.0.0.1", 16, true));
    }

    @Test
    void theKeyIsSentAndNeverShown() throws IOException {
        server.start();
        routes.put("authorization", "Bearer s3cret-key");
        Path key = folder.resolve("key");
        Files.writeString(key, "s3cret-key\nsecond line\n");
        AttachProvider provider =
                new AttachProvider(
                        new AttachSpec(
                                base("http"),
                                Optional.empty(),
                                false,
                                Optional.empty(),
                                Optional.of(key)),
                        shape(),
                        Duration.ofMillis(1));

        assertThat(named("models", provider).verdict()).isEqualTo(Verdict.OK);
        RunningEngine engine = provider.startEngine(_ -> null, folder.resolve("log"));
        assertThat(engine.apiKey()).hasValue("s3cret-key");
        assertThat(engine.log()).isEmpty();
        assertThat("%s %s %s".formatted(engine, provider.plan(_ -> null), provider.fingerprint()))
                .doesNotContain("s3cret");

        assertThat(named("models", provider(false, Optional.empty(), Optional.empty())))
                .returns(Verdict.FAILED, Check::verdict)
                .returns(
                        "the endpoint wants a key: write it into a file and set attach.apiKeyFile",
                        Check::next);
    }

    @Test
    void nobodyOnThePortFailsWithOneClearCheck() {
        AttachProvider provider =
                new AttachProvider(
                        new AttachSpec(
                                URI.create("http://127.0.0.1:1"),
                                Optional.empty(),
                                false,
                                Optional.empty(),
                                Optional.empty()),
                        shape(),
                        Duration.ofMillis(1));

        assertThat(provider.preflight())
                .filteredOn(check -> check.verdict() == Verdict.FAILED)
                .singleElement()
                .returns("endpoint", Check::name)
                .extracting(Check::detail)
                .asString()
                .startsWith("http://127.0.0.1:1/health: ");
    }

    @Test
    void anOwnAuthorityIsTrustedOnlyWhereItsFileIsGiven()
            throws IOException, GeneralSecurityException, InterruptedException {
        Path ca = serveTls();

        assertThat(named("endpoint", tls(Optional.of(ca))).verdict()).isEqualTo(Verdict.OK);
        assertThat(named("endpoint", tls(Optional.empty())))
                .returns(Verdict.FAILED, Check::verdict)
                .extracting(Check::next)
                .asString()
                .contains("caFile");
        Path empty = Files.createFile(folder.resolve("empty.pem"));
        assertThat(named("endpoint", tls(Optional.of(empty))).detail())
                .contains("certificate in " + empty);
    }

    @Test
    void thePlanListsEveryRequest() throws IOException {
        server.start();
        URI ray = URI.create("http://ray:8265");
        ProviderPlan plan = provider(false, Optional.of(ray), Optional.empty()).plan(_ -> null);

        assertThat(plan.up())
                .containsExactly(
                        "export RAY_API_SERVER_ADDRESS=http://ray:8265",
                        "curl -fsS http://ray:8265/api/version",
                        "curl -fsS http://ray:8265/api/v0/nodes");
        assertThat(plan.engine()).hasSize(4).contains("curl -fsS " + base("http") + "v1/models");
        assertThat(plan.down()).allMatch(line -> line.startsWith("#"));
    }

    private Path serveTls() throws IOException, GeneralSecurityException, InterruptedException {
        Path store = folder.resolve("server.p12");
        keytool(
                "-genkeypair -alias s -keyalg EC -dname CN=localhost -ext"
                        + " SAN=ip:127.0.0.1 -storetype PKCS12 -storepass changeit -keystore "
                        + store);
        Path pem = folder.resolve("ca.pem");
        keytool(
                "-exportcert -rfc -alias s -storepass changeit -keystore "
                        + store
                        + " -file "
                        + pem);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server.useHttps(context.getSocketFactory());
        server.start();
        return pem;
    }

    private static void keytool(String arguments) throws IOException, InterruptedException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process =
                new ProcessBuilder((keytool + " " + arguments).split(" "))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
    }

    private MockResponse answer(RecordedRequest request) {
        String path = request.getUrl().encodedPath();
        if (path.equals("/gpu/metrics")) {
            metricsReads.incrementAndGet();
        }
        String wanted = routes.get("authorization");
        if (wanted != null
                && path.startsWith("/gpu/v1")
                && !wanted.equals(request.getHeaders().get("Authorization"))) {
            return status(401);
        }
        String body = routes.get(path);
        return body == null ? status(404) : new MockResponse.Builder().body(body).build();
    }

    private static MockResponse status(int code) {
        return new MockResponse.Builder().code(code).build();
    }

    private static Check named(String name, AttachProvider provider) {
        return provider.preflight().stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private AttachProvider provider(boolean shared, Optional<URI> ray, Optional<Path> ca) {
        return new AttachProvider(
                new AttachSpec(base("http"), ray, shared, ca, Optional.empty()),
                shape(),
                Duration.ofMillis(1));
    }

    private AttachProvider tls(Optional<Path> ca) {
        return new AttachProvider(
                new AttachSpec(base("https"), Optional.empty(), false, ca, Optional.empty()),
                shape(),
                Duration.ofMillis(1));
    }

    private URI base(String scheme) {
        return URI.create(scheme + "://127.0.0.1:" + server.getPort() + "/gpu/");
    }

    private static ClusterSpec shape() {
        return new ClusterSpec(Provider.ATTACH, 2, 8, Optional.empty());
    }

    private static String metrics(int running, int waiting) {
        return """
                # TYPE vllm:num_requests_running gauge
                vllm:num_requests_running{engine="0",model_name="a b"} %d.0
                vllm:num_requests_running{engine="1",model_name="a b"} 0.0
                vllm:num_requests_waiting{engine="0",model_name="a b"} %d.0
                vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 9.0
                """
                .formatted(running, waiting);
    }
}
