package dev.shakedown.harness.cluster;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The routes that no real cluster has: what a shell on a simulated node would do. */
final class SimulatorControl implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final MediaType JSON_TYPE = MediaType.get("application/json");

    private final String url;
    private final String nodes;
    private final OkHttpClient http =
            new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(10)).build();

    SimulatorControl(URI dashboard) {
        this.url = dashboard + "/simulator/engine";
        this.nodes = dashboard + "/simulator/nodes";
    }

    /**
     * @throws StepFailedException if the simulator cannot read the command, or one runs already
     */
    void start(EngineCommand command, Path log) {
        List<String> argv = command.argv();
        ObjectNode body = JSON.createObjectNode().put("log", log.toAbsolutePath().toString());
        argv.forEach(body.putArray("argv")::add);
        ObjectNode env = body.putObject("env");
        command.env().forEach(env::put);
        Request request =
                new Request.Builder()
                        .url(url)
                        .post(RequestBody.create(JSON.writeValueAsString(body), JSON_TYPE))
                        .build();
        try (Response response = http.newCall(request).execute()) {
            if (!response.isSuccessful()) {
                throw failed(argv, response.body().string());
            }
        } catch (IOException gone) {
            throw failed(argv, String.valueOf(gone.getMessage()));
        }
    }

    /** Of all nodes that were started, the head first. */
    List<String> hostnames() {
        return rayStarts().valueStream().map(row -> row.path("hostname").asString()).toList();
    }

    /** Of a node's {@code ray start}, if it has ended. */
    Optional<Integer> rayStartStatus(String hostname) {
        return rayStarts()
                .valueStream()
                .filter(row -> row.path("hostname").asString().equals(hostname))
                .map(row -> row.path("exitStatus"))
                .filter(JsonNode::isInt)
                .map(JsonNode::asInt)
                .findFirst();
    }

    private JsonNode rayStarts() {
        try (Response response = http.newCall(new Request.Builder().url(nodes).build()).execute()) {
            if (!response.isSuccessful()) {
                throw new IOException("the simulator answers " + response.code());
            }
            return JSON.readTree(response.body().string());
        } catch (IOException | JacksonException gone) {
            throw new StepFailedException(
                    "the simulator lists no nodes",
                    "",
                    List.of(String.valueOf(gone.getMessage())),
                    "read logs/simulator.log of this run");
        }
    }

    /** Ends the engine, if one runs. */
    void stop() {
        try (Response response =
                http.newCall(new Request.Builder().url(url).delete().build()).execute()) {
            if (!response.isSuccessful()) {
                throw new IOException("the simulator answers " + response.code());
            }
        } catch (IOException gone) {
            throw new StepFailedException(
                    "the simulated engine cannot be ended",
                    "",
                    List.of(String.valueOf(gone.getMessage())),
                    "");
        }
    }

    /** The engine's, if it has ended; empty, too, if the simulator does not answer. */
    OptionalInt exitStatus() {
        try (Response response = http.newCall(new Request.Builder().url(url).build()).execute()) {
            JsonNode status = JSON.readTree(response.body().string()).path("exitStatus");
            return status.isInt() ? OptionalInt.of(status.asInt()) : OptionalInt.empty();
        } catch (IOException | JacksonException gone) {
            return OptionalInt.empty();
        }
    }

    @Override
    public void close() {
        http.connectionPool().evictAll();
        http.dispatcher().executorService().shutdown();
    }

    private static StepFailedException failed(List<String> argv, String why) {
        return new StepFailedException(
                "the simulated engine was not started: " + why,
                "",
                List.of(String.join(" ", argv)),
                "check engine.args");
    }
}
