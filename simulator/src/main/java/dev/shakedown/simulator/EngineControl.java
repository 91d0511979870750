package dev.shakedown.simulator;

import dev.shakedown.simulator.http.Exchange;
import dev.shakedown.simulator.http.Handler;
import dev.shakedown.simulator.http.Json;
import dev.shakedown.simulator.vllm.EngineHost;
import dev.shakedown.simulator.vllm.ServeCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /simulator/engine}: what starting {@code vllm serve} in a shell is on a real node.
 * The body is {@code {"argv":["vllm","serve",..],"env":{},"log":"/where/its/output/goes"}}, all of
 * it optional.
 */
final class EngineControl implements Handler {
    private final EngineHost host;
    private final SimulatedEngine engine;
    private final String url;
    private final Duration within;

    EngineControl(EngineHost host, SimulatedEngine engine, String url, Duration within) {
        this.host = host;
        this.engine = engine;
        this.url = url;
        this.within = within;
    }

    @Override
    public void handle(Exchange exchange) {
        JsonNode body;
        SimulatedEngine asked;
        try {
            String text = exchange.body();
            body = text.isBlank() ? Json.object() : Json.read(text);
            asked = ServeCommand.parse(argv(body), engine);
        } catch (JacksonException | IllegalArgumentException unreadable) {
            exchange.text(400, "cannot read the command: " + unreadable.getMessage());
            return;
        }
        Optional<Path> log = body.path("log").asStringOpt().map(Path::of);
        boolean ncclInfo =
                List.of("INFO", "TRACE").contains(body.path("env").path("NCCL_DEBUG").asString(""));
        if (host.start(new EngineHost.Order(asked, url, within, log, ncclInfo))) {
            exchange.json(202, Json.object().put("state", host.state().key()).put("url", url));
        } else {
            exchange.text(409, "the engine is already " + host.state().key());
        }
    }

    private static List<String> argv(JsonNode body) {
        List<String> argv = new ArrayList<>();
        body.path("argv").values().forEach(word -> argv.add(word.asString()));
        return argv;
    }
}
