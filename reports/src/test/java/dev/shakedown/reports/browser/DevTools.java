package dev.shakedown.reports.browser;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The Chrome DevTools protocol over one WebSocket: commands with their answers, and events. */
final class DevTools implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final WebSocket socket;

    /** What the browser says unasked, in the session of a page; {@code session} may be empty. */
    record Event(String session, String method, JsonNode params) {}

    DevTools(URI address) {
        socket =
                client.newWebSocketBuilder()
                        .connectTimeout(PATIENCE)
                        .buildAsync(address, new Messages())
                        .join();
    }

    /** Sends a command; an answer that is an error throws. */
    JsonNode call(String session, String method, Map<String, ?> params) throws Exception {
        int id = lastId.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        Map<String, Object> message =
                session.isEmpty()
                        ? Map.of("id", id, "method", method, "params", params)
                        : Map.of(
                                "id", id, "method", method, "params", params, "sessionId", session);
        socket.sendText(JSON.writeValueAsString(message), true).get(60, TimeUnit.SECONDS);
        return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    List<Event> events(String session) {
        return events.stream().filter(event -> event.session.equals(session)).toList();
    }

    @Override
    public void close() {
        socket.abort();
        client.close();
    }

    private void received(JsonNode message) {
        if (!message.has("id")) {
            events.add(
                    new Event(
                            message.path("sessionId").asString(""),
                            message.path("method").asString(),
                            message.path("params")));
            return;
        }
        CompletableFuture<JsonNode> answer = waiting.remove(message.path("id").asInt());
        if (message.has("error")) {
            answer.completeExceptionally(
                    new IllegalStateException(message.path("error").toString()));
        } else {
            answer.complete(message.path("result"));
        }
    }

    /** Messages come in parts. */
    private final class Messages implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                JsonNode message = JSON.readTree(text.toString());
                text.setLength(0);
                received(message);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }
}
