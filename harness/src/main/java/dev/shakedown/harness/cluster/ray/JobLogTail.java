package dev.shakedown.harness.cluster.ray;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/**
 * A job's log as it grows. Pushed by Ray over a WebSocket; where that breaks (a proxy, an old
 * version) the whole log is asked for instead, and what was seen is left out. One caller at a time.
 */
public final class JobLogTail implements AutoCloseable {
    private final Supplier<String> wholeLog;
    private final WebSocket socket;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final LineBuffer lines = new LineBuffer();
    private boolean pushing = true;

    private sealed interface Event {}

    private record Text(String text) implements Event {}

    private record Closed() implements Event {}

    JobLogTail(RayHttp http, String id, Supplier<String> wholeLog) {
        this.wholeLog = wholeLog;
        this.socket =
                http.client()
                        .newWebSocket(
                                http.request("api/jobs/" + id + "/logs/tail").build(),
                                new Listener());
    }

    /**
     * Whole lines that came since the last call, without ANSI codes; waits up to the time given for
     * the first. May throw {@link RayRequestException} where it polls.
     */
    public List<String> poll(Duration patience) throws InterruptedException {
        if (!pushing) {
            TimeUnit.MILLISECONDS.sleep(patience.toMillis());
            return lines.upTo(wholeLog.get());
        }
        List<Event> batch = new ArrayList<>();
        Optional.ofNullable(events.poll(patience.toMillis(), TimeUnit.MILLISECONDS))
                .ifPresent(batch::add);
        events.drainTo(batch);
        List<String> complete = new ArrayList<>();
        for (Event event : batch) {
            switch (event) {
                case Text(String text) -> complete.addAll(lines.add(text));
                case Closed() -> pushing = false;
            }
        }
        return complete;
    }

    /** For a job that has ended: everything not delivered yet, a last torn line included. */
    public List<String> rest() {
        pushing = false;
        List<String> rest = new ArrayList<>(lines.upTo(wholeLog.get()));
        rest.addAll(lines.torn());
        return rest;
    }

    @Override
    public void close() {
        socket.cancel();
    }

    private final class Listener extends WebSocketListener {
        @Override
        public void onMessage(WebSocket webSocket, String text) {
            events.add(new Text(text));
        }

        @Override
        public void onClosing(WebSocket webSocket, int code, String reason) {
            events.add(new Closed());
            webSocket.close(1000, null);
        }

        @Override
        public void onFailure(WebSocket webSocket, Throwable t, @Nullable Response response) {
            events.add(new Closed());
        }
    }
}
