package dev.shakedown.harness.real;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * As much of a Hugging Face hub as huggingface_hub asks for: one repository {@code org/m}, open or
 * gated. What {@code HF_ENDPOINT} points at.
 */
final class StandInHub implements AutoCloseable {
    static final String TOKEN = "hf_standInTokenOfNobody";
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    final Map<String, String> files = new LinkedHashMap<>();

    /** Each file that was sent, as often as it was. */
    final List<String> sent = new CopyOnWriteArrayList<>();

    volatile boolean gated;

    /** What the hub says a file has, where that is not its length. */
    final Map<String, Long> claimed = new LinkedHashMap<>();

    private final HttpServer server;

    StandInHub(String address) throws IOException {
        server = HttpServer.create(new InetSocketAddress(address, 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        files.put("config.json", "{\"model_type\": \"llama\"}");
        files.put("model.safetensors", "w".repeat(300_000));
        files.put("pytorch_model.bin", "other weights");
    }

    URI url() {
        return URI.create(
                "http://%s:%d"
                        .formatted(
                                server.getAddress().getHostString(),
                                server.getAddress().getPort()));
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            boolean closed =
                    gated
                            && !("Bearer " + TOKEN)
                                    .equals(exchange.getRequestHeaders().getFirst("Authorization"));
            if (path.matches("/api/models/org/m(/revision/[^/]+)?")) {
                reply(exchange, 200, info());
            } else if (path.startsWith("/api/models/org/m/tree/")) {
                reply(exchange, 200, tree());
            } else if (closed) {
                exchange.getResponseHeaders().add("X-Error-Code", "GatedRepo");
                reply(exchange, FORBIDDEN, "{\"error\": \"gated\"}");
            } else if (path.equals("/api/models/org/m/auth-check")) {
                reply(exchange, 200, "{}");
            } else if (files.containsKey(name(path)) && path.startsWith("/org/m/resolve/")) {
                file(exchange, name(path));
            } else {
                exchange.getResponseHeaders().add("X-Error-Code", "RepoNotFound");
                reply(exchange, NOT_FOUND, "{\"error\": \"not found\"}");
            }
        }
    }

    private void file(HttpExchange exchange, String name) throws IOException {
        exchange.getResponseHeaders().add("X-Repo-Commit", COMMIT);
        exchange.getResponseHeaders().add("ETag", "\"" + Math.abs(name.hashCode()) + "\"");
        if (exchange.getRequestMethod().equals("GET")) {
            sent.add(name);
        }
        reply(exchange, 200, files.getOrDefault(name, ""));
    }

    private String tree() {
        return files.entrySet().stream()
                .map(
                        file ->
                                "{\"type\": \"file\", \"path\": \"%s\", \"size\": %d, \"oid\": \"b\"}"
                                        .formatted(file.getKey(), file.getValue().length()))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private String info() {
        String siblings =
                files.entrySet().stream()
                        .map(
                                file ->
                                        "{\"rfilename\": \"%s\", \"size\": %d, \"blobId\": \"b\"}"
                                                .formatted(
                                                        file.getKey(),
                                                        claimed.getOrDefault(
                                                                file.getKey(),
                                                                (long) file.getValue().length())))
                        .collect(Collectors.joining(", "));
        return "{\"id\": \"org/m\", \"sha\": \"%s\", \"private\": false, \"tags\": [], \"siblings\": [%s]}"
                .formatted(COMMIT, siblings);
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        if (head) {
            exchange.getResponseHeaders().add("Content-Length", String.valueOf(bytes.length));
        }
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }
}
