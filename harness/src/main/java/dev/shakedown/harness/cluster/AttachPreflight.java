package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.endpoint.EndpointException;
import dev.shakedown.harness.cluster.endpoint.EngineClient;
import dev.shakedown.harness.cluster.endpoint.MetricsPage;
import dev.shakedown.harness.cluster.endpoint.ServedModel;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import dev.shakedown.harness.scenario.AttachSpec;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.net.ssl.SSLHandshakeException;

/** Looks at an endpoint that somebody else runs, before any load is sent to it. */
final class AttachPreflight {
    /** Short requests are inside for a moment only: one look could miss a busy server. */
    private static final int LOOKS = 5;

    private static final Duration DASHBOARD_PATIENCE = Duration.ofSeconds(5);

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final AttachSpec spec;
    private final Optional<String> apiKey;
    private final Optional<String> rayToken;
    private final Duration betweenLooks;
    private final Map<String, String> found = new TreeMap<>();

    AttachPreflight(
            AttachSpec spec,
            Optional<String> apiKey,
            Optional<String> rayToken,
            Duration betweenLooks) {
        this.spec = spec;
        this.apiKey = apiKey;
        this.rayToken = rayToken;
        this.betweenLooks = betweenLooks;
    }

    /** Of the endpoint itself. */
    List<Check> endpoint() {
        List<Check> checks = new ArrayList<>();
        try (EngineClient client = new EngineClient(spec.baseUrl(), apiKey, spec.caFile())) {
            if (reachable(client, checks)) {
                version(client, checks);
                if (models(client, checks)) {
                    foreignLoad(client, checks);
                }
            }
        } catch (IOException notUsable) {
            checks.add(fail("endpoint", text(notUsable), "check attach.baseUrl and attach.caFile"));
        }
        return checks;
    }

    /** Of what belongs to it. */
    List<Check> around() {
        return List.of(
                dashboard(), skipped("engine log", "the engine was started by somebody else"));
    }

    /** Versions and names that were seen. */
    Map<String, String> found() {
        return Map.copyOf(found);
    }

    private boolean reachable(EngineClient client, List<Check> checks) {
        try {
            int status = client.health();
            boolean healthy = status == 200;
            checks.add(
                    healthy
                            ? ok("endpoint", client.url("health") + " is healthy")
                            : fail(
                                    "endpoint",
                                    client.url("health") + " answers " + status,
                                    whyUnhealthy(status)));
            return healthy;
        } catch (IOException nobody) {
            checks.add(
                    fail(
                            "endpoint",
                            client.url("health") + ": " + text(nobody),
                            whyUnreachable(nobody)));
            return false;
        }
    }

    private String whyUnhealthy(int status) {
        if (status != NOT_FOUND) {
            return "wait until the engine is up, or check attach.baseUrl";
        }
        return spec.baseUrl().getPath().matches(".*/v1/*")
                ? "write attach.baseUrl without /v1"
                : "no vLLM answers there: check host, port and path of attach.baseUrl";
    }

    private String whyUnreachable(IOException problem) {
        if (problem instanceof SSLHandshakeException) {
            return "set attach.caFile to the certificate (PEM) that signed the endpoint's own";
        }
        return "check that vLLM listens there: curl -i " + spec.baseUrl();
    }

    private void version(EngineClient client, List<Check> checks) {
        try {
            Optional<String> version = client.version();
            version.ifPresent(known -> found.put("vllm", known));
            checks.add(
                    version.map(known -> ok("version", "vLLM " + known))
                            .orElseGet(() -> skipped("version", "no /version on this server")));
        } catch (IOException noAnswer) {
            checks.add(skipped("version", text(noAnswer)));
        }
    }

    private boolean models(EngineClient client, List<Check> checks) {
        try {
            List<ServedModel> models = client.models();
            String names = models.stream().map(ServedModel::id).collect(Collectors.joining(", "));
            found.put("models", names);
            checks.add(
                    models.isEmpty()
                            ? fail("models", "/v1/models lists nothing", "load a model")
                            : ok("models", names));
            return !models.isEmpty();
        } catch (IOException refused) {
            checks.add(fail("models", text(refused), whyNoModels(refused)));
            return false;
        }
    }

    private String whyNoModels(IOException refused) {
        boolean unauthorized =
                refused instanceof EndpointException e
                        && (e.status() == UNAUTHORIZED || e.status() == FORBIDDEN);
        if (!unauthorized) {
            return "no OpenAI-compatible server answers there: check attach.baseUrl";
        }
        return apiKey.isPresent()
                ? "the endpoint does not take the key in attach.apiKeyFile"
                : "the endpoint wants a key: write it into a file and set attach.apiKeyFile";
    }

    private void foreignLoad(EngineClient client, List<Check> checks) {
        double most = 0;
        for (int look = 0; look < LOOKS; look++) {
            if (look > 0) {
                pause();
            }
            try {
                OptionalDouble inside =
                        client.metrics()
                                .map(MetricsPage::requestsInside)
                                .orElse(OptionalDouble.empty());
                if (inside.isEmpty()) {
                    checks.add(skipped("foreign load", "no vllm:num_requests_running on /metrics"));
                    return;
                }
                most = Math.max(most, inside.getAsDouble());
            } catch (IOException noAnswer) {
                checks.add(skipped("foreign load", text(noAnswer)));
                return;
            }
        }
        checks.add(foreignLoad(most));
    }

    private Check foreignLoad(double most) {
        if (most == 0) {
            return ok("foreign load", "no request inside in " + LOOKS + " looks");
        }
        String seen = "%.0f requests of others inside".formatted(most);
        return spec.shared()
                ? new Check(
                        "foreign load",
                        Check.Verdict.WARN,
                        seen + "; attach.shared makes the run informational",
                        "")
                : fail(
                        "foreign load",
                        seen,
                        "wait until the endpoint is idle, or set attach.shared: true (the run is"
                                + " then informational)");
    }

    private Check dashboard() {
        if (spec.rayDashboard().isEmpty()) {
            return skipped("ray dashboard", "attach.rayDashboard is not set");
        }
        URI uri = spec.rayDashboard().get();
        try (RayClient ray = new RayClient(uri, rayToken, DASHBOARD_PATIENCE)) {
            String version = ray.version().version();
            found.put("ray", version);
            return ok("ray dashboard", "Ray " + version + " at " + uri);
        } catch (RayRequestException noAnswer) {
            return fail(
                    "ray dashboard",
                    uri + ": " + noAnswer.getMessage(),
                    "correct attach.rayDashboard, or leave it out");
        }
    }

    private void pause() {
        try {
            Thread.sleep(betweenLooks);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new StepFailedException("interrupted in preflight", "", List.of(), "");
        }
    }

    private static Check ok(String name, String detail) {
        return new Check(name, Check.Verdict.OK, detail, "");
    }

    private static Check fail(String name, String detail, String next) {
        return new Check(name, Check.Verdict.FAILED, detail, next);
    }

    private static Check skipped(String name, String why) {
        return new Check(name, Check.Verdict.SKIPPED, why, "");
    }

    private static String text(IOException problem) {
        return problem.getMessage() == null
                ? problem.getClass().getSimpleName()
                : problem.getMessage();
    }
}
