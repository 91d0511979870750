package dev.shakedown.harness.cluster.ray;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests to one dashboard. Ray refuses what looks like a browser, so neither {@code Origin} nor
 * {@code Referer} is ever set.
 */
final class RayHttp implements AutoCloseable {
    /** A job's whole log is one string, and the log of a long load exceeds Jackson's limit. */
    static final JsonMapper JSON =
            new JsonMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxStringLength(Integer.MAX_VALUE)
                                            .build())
                            .build());

    private static final MediaType JSON_TYPE = MediaType.get("application/json");
    private static final MediaType ZIP_TYPE = MediaType.get("application/octet-stream");

    private final HttpUrl base;
    private final Optional<String> token;
    private final OkHttpClient client;

    RayHttp(URI dashboard, Optional<String> token, Duration patience) {
        this.base = base(dashboard);
        this.token = token;
        this.client =
                new OkHttpClient.Builder()
                        .connectTimeout(Duration.ofSeconds(5))
                        .readTimeout(patience)
                        .callTimeout(patience.plusSeconds(30))
                        .build();
    }

    OkHttpClient client() {
        return client;
    }

    JsonNode get(String path) {
        return json(path, send("GET", path, Optional.empty()));
    }

    JsonNode post(String path, Object body) {
        RequestBody json = RequestBody.create(JSON.writeValueAsBytes(body), JSON_TYPE);
        return json(path, send("POST", path, Optional.of(json)));
    }

    JsonNode delete(String path) {
        return json(path, send("DELETE", path, Optional.empty()));
    }

    void put(String path, byte[] zip) {
        Request request = request(path).method("PUT", RequestBody.create(zip, ZIP_TYPE)).build();
        // Many megabytes take their time; a stalled connection is still found.
        send(client.newBuilder().callTimeout(Duration.ZERO).build(), request, path);
    }

    boolean exists(String path) {
        try {
            send("GET", path, Optional.empty());
            return true;
        } catch (RayRequestException e) {
            if (e.status() == 404) {
                return false;
            }
            throw e;
        }
    }

    /** With the token, where there is one. */
    Request.Builder request(String path) {
        Request.Builder request = new Request.Builder().url(url(path));
        token.ifPresent(t -> request.header("Authorization", "Bearer " + t));
        return request;
    }

    @Override
    public void close() {
        client.dispatcher().executorService().shutdownNow();
        client.connectionPool().evictAll();
    }

    private String send(String method, String path, Optional<RequestBody> body) {
        return send(client, request(path).method(method, body.orElse(null)).build(), path);
    }

    private String send(OkHttpClient with, Request request, String path) {
        try (Response response = with.newCall(request).execute()) {
            String text = response.body().string();
            if (!response.isSuccessful()) {
                throw RayRequestException.refused(response.code(), request.method(), path, text);
            }
            return text;
        } catch (IOException e) {
            throw RayRequestException.unreachable(base.toString(), path, e);
        }
    }

    private static JsonNode json(String path, String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw RayRequestException.unexpected(200, path, text);
        }
    }

    private HttpUrl url(String path) {
        HttpUrl url = base.resolve(path);
        if (url == null) {
            throw new IllegalArgumentException("not a path: " + path);
        }
        return url;
    }

    /** Relative paths keep a base path only if it ends in a slash. */
    private static HttpUrl base(URI dashboard) {
        String text = dashboard.toString();
        return HttpUrl.get(text.endsWith("/") ? text : text + "/");
    }
}
