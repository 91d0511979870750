package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.http.Exchange;
import dev.shakedown.simulator.http.Handler;
import dev.shakedown.simulator.http.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** {@code vllm serve --api-key}: guards what answers for money, not health and metrics. */
public final class KeyGuard implements Handler {
    private static final List<String> GUARDED = List.of("/v1", "/v2", "/inference");

    private final Optional<String> key;
    private final Handler next;

    /**
     * @param key without it everything passes
     */
    public KeyGuard(Optional<String> key, Handler next) {
        this.key = key;
        this.next = next;
    }

    @Override
    public void handle(Exchange exchange) {
        boolean open =
                key.isEmpty()
                        || exchange.method().equals("OPTIONS")
                        || GUARDED.stream().noneMatch(exchange.path()::startsWith);
        if (open || sent(exchange).filter(this::right).isPresent()) {
            next.handle(exchange);
        } else {
            exchange.json(401, Json.object().put("error", "Unauthorized"));
        }
    }

    private static Optional<String> sent(Exchange exchange) {
        return exchange.header("Authorization")
                .map(value -> value.split(" ", 2))
                .filter(parts -> parts.length == 2 && parts[0].equalsIgnoreCase("bearer"))
                .map(parts -> parts[1]);
    }

    private boolean right(String sent) {
        return MessageDigest.isEqual(
                sent.getBytes(StandardCharsets.UTF_8),
                key.orElseThrow().getBytes(StandardCharsets.UTF_8));
    }
}
