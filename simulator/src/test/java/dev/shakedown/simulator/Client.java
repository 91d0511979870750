package dev.shakedown.simulator;

import dev.shakedown.simulator.http.Json;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import tools.jackson.databind.JsonNode;

/** OkHttp, as the harness uses it. */
public final class Client {
    private static final MediaType JSON = MediaType.get("application/json");

    private final OkHttpClient http = new OkHttpClient();
    private final URI base;

    public Client(URI base) {
        this.base = base;
    }

    /** Status and body. */
    public record Reply(int status, String body) {
        public JsonNode json() {
            return Json.read(body);
        }
    }

    public OkHttpClient http() {
        return http;
    }

    public Request.Builder request(String path) {
        return new Request.Builder().url(base + path);
    }

    public Reply get(String path) throws IOException {
        return send(request(path).build());
    }

    public Reply post(String path, String body) throws IOException {
        return send(request(path).post(RequestBody.create(body, JSON)).build());
    }

    public Reply send(Request request) throws IOException {
        try (Response response = http.newCall(request).execute()) {
            return new Reply(response.code(), response.body().string());
        }
    }

    /** The {@code data:} lines of a stream. */
    public List<String> events(String path, String body) throws IOException {
        List<String> events = new ArrayList<>();
        post(path, body)
                .body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .forEach(line -> events.add(line.substring(6)));
        return events;
    }
}
