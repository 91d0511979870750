package dev.shakedown.harness.cluster;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The exact server as another process, so that it shares neither heap nor threads with the client
 * that is measured on it. It ends when this process does.
 */
public final class ExactProcess implements AutoCloseable {
    /** The name under which it serves. */
    public static final String MODEL = "exact";

    private static final double NANOS_PER_MILLI = 1e6;
    private static final Duration END = Duration.ofSeconds(5);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Process process;
    private final Path log;
    private final URI url;
    private final String truth;
    private final OkHttpClient http =
            new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(10)).build();

    private ExactProcess(Process process, Path log, JsonNode ready) {
        this.process = process;
        this.log = log;
        this.url = URI.create(ready.path("vllm").asString());
        this.truth = ready.path("truth").asString();
    }

    /** Percentiles in nanoseconds. */
    public record Spread(long p50, long p99) {}

    /**
     * What the server knows of itself since it was told to forget.
     *
     * @param ttft from a request's arrival to its first token's write
     * @param itl between the writes of a request's tokens
     * @param late from when a token was due to its write
     */
    public record Truth(Spread ttft, Spread itl, Spread late) {}

    /**
     * Returns when it listens.
     *
     * @throws StepFailedException if it does not
     */
    public static ExactProcess start(Duration ttft, Duration itl) {
        List<String> argv = new ArrayList<>(Simulation.java());
        argv.addAll(
                List.of(
                        "--exact-ttft-ms",
                        String.valueOf(ttft.toMillis()),
                        "--exact-itl-ms",
                        String.valueOf(itl.toMillis()),
                        "--parent",
                        String.valueOf(ProcessHandle.current().pid())));
        try {
            Path log = Files.createTempFile("shakedown-exact", ".log");
            Process process =
                    new ProcessBuilder(argv)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            try {
                JsonNode ready =
                        ReadyLine.await(
                                "the exact server",
                                log,
                                () ->
                                        process.isAlive()
                                                ? OptionalInt.empty()
                                                : OptionalInt.of(process.exitValue()));
                return new ExactProcess(process, log, ready);
            } catch (StepFailedException failed) {
                end(process, log);
                throw failed;
            }
        } catch (IOException e) {
            throw new StepFailedException(
                    "the exact server could not be started: " + e.getMessage(),
                    "",
                    List.of(String.join(" ", argv)),
                    "");
        }
    }

    /** Without {@code /v1}. */
    public URI url() {
        return url;
    }

    /** Begins its record anew. */
    public void forget() {
        String _ = call(new Request.Builder().url(truth).delete().build());
    }

    /** Since {@link #forget}. */
    public Truth truth() {
        JsonNode all = JSON.readTree(call(new Request.Builder().url(truth).build()));
        return new Truth(spread(all, "ttft"), spread(all, "itl"), spread(all, "late"));
    }

    @Override
    public void close() {
        http.connectionPool().evictAll();
        http.dispatcher().executorService().shutdown();
        end(process, log);
    }

    private String call(Request request) {
        try (Response response = http.newCall(request).execute()) {
            if (!response.isSuccessful()) {
                throw new IOException("it answers " + response.code());
            }
            return response.body().string();
        } catch (IOException gone) {
            throw new StepFailedException(
                    "the exact server does not tell its times",
                    "",
                    List.of(String.valueOf(gone.getMessage())),
                    "");
        }
    }

    private static Spread spread(JsonNode all, String name) {
        JsonNode spread = all.path(name);
        return new Spread(nanos(spread.path("p50_ms")), nanos(spread.path("p99_ms")));
    }

    private static long nanos(JsonNode millis) {
        return Math.round(millis.asDouble() * NANOS_PER_MILLI);
    }

    private static void end(Process process, Path log) {
        process.destroy();
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(log);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            interrupted = true;
        } catch (IOException inUse) {
            // A small file in the folder for such.
            return;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
