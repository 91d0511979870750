package dev.shakedown.harness.cluster.ray;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/**
 * A job's log as it grows. Pushed by Ray over a WebSocket, which is opened again when it is lost;
 * where there is none (a proxy, an old version) the whole log is asked for instead. What was seen
 * is left out. One caller at a time.
 */
public final class JobLogTail implements AutoCloseable {
    /** A connection that a firewall has forgotten says nothing for ever. */
    private static final Duration PING = Duration.ofSeconds(10);

    private static final int MOST_SOCKETS = 20;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final int BYTES_A_MILLI = 256;

    private final OkHttpClient client;
    private final Request request;
    private final Supplier<String> wholeLog;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final LineBuffer lines = new LineBuffer();
    private WebSocket socket;
    private int sockets = 1;
    private int again;
    private boolean pushing = true;
    private long nextNanos = System.nanoTime();

    private sealed interface Event {}

    private record Text(String text) implements Event {}

    /**
     * @param lost it was open, and was not ended by Ray
     */
    private record Closed(boolean lost) implements Event {}

    JobLogTail(RayHttp http, String id, Supplier<String> wholeLog) {
        this.client = http.client().newBuilder().pingInterval(PING).build();
        this.request = http.request("api/jobs/" + id + "/logs/tail").build();
        this.wholeLog = wholeLog;
        this.socket = client.newWebSocket(request, new Listener());
    }

    /**
     * Whole lines that came since the last call, without ANSI codes; waits up to the time given for
     * the first. May throw {@link RayRequestException} where it polls.
     */
    public List<String> poll(Duration patience) throws InterruptedException {
        if (!pushing) {
            TimeUnit.MILLISECONDS.sleep(patience.toMillis());
            return System.nanoTime() < nextNanos ? List.of() : whole();
        }
        List<Event> batch = new ArrayList<>();
        Optional.ofNullable(events.poll(patience.toMillis(), TimeUnit.MILLISECONDS))
                .ifPresent(batch::add);
        events.drainTo(batch);
        List<String> complete = new ArrayList<>();
        for (Event event : batch) {
            switch (event) {
                case Text(String text) -> complete.addAll(lines.add(unseen(text)));
                case Closed(boolean lost) -> reopen(lost);
            }
        }
        return complete;
    }

    /** The longer the log, the seldomer: a load may run for hours. */
    private List<String> whole() {
        String log = wholeLog.get();
        long pause = Math.min(LONGEST_PAUSE.toMillis(), log.length() / BYTES_A_MILLI);
        nextNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
        return lines.upTo(log);
    }

    /** Another WebSocket begins with the log's first line. */
    private void reopen(boolean lost) {
        pushing = lost && sockets < MOST_SOCKETS;
        if (pushing) {
            sockets++;
            again = lines.seen();
            socket = client.newWebSocket(request, new Listener());
        }
    }

    private String unseen(String text) {
        int known = Math.min(again, text.length());
        again -= known;
        return text.substring(known);
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
        private volatile boolean open;

        @Override
        public void onOpen(WebSocket webSocket, Response response) {
            open = true;
        }

        @Override
        public void onMessage(WebSocket webSocket, String text) {
            events.add(new Text(text));
        }

        @Override
        public void onClosing(WebSocket webSocket, int code, String reason) {
            events.add(new Closed(false));
            webSocket.close(1000, null);
        }

        @Override
        public void onFailure(WebSocket webSocket, Throwable t, @Nullable Response response) {
            events.add(new Closed(open));
        }
    }
}
