package dev.shakedown.harness.cluster.ray;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import okhttp3.Interceptor;
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
 *
 * <p>A connection that a firewall has forgotten says nothing for ever, and neither does a job that
 * has nothing to say. A ping would tell them apart, but Ray never reads what a client sends, so
 * that no pong comes. Hence a socket that has been silent for a while is replaced. The next one
 * begins with the log's first line: each one that is replaced doubles how long the next may be
 * silent, so that a big log of a quiet job is sent a few times and not all the time. A load, whose
 * log is the big one, is never quiet: it says a line each second.
 */
public final class JobLogTail implements AutoCloseable {
    static final Duration SILENT = Duration.ofSeconds(30);
    private static final Duration MOST_SILENT = Duration.ofMinutes(10);

    /** In a row without a new line. */
    private static final int MOST_SOCKETS = 20;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final int BYTES_A_MILLI = 256;

    private final OkHttpClient client;
    private final Request request;
    private final Supplier<String> wholeLog;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final LineBuffer lines = new LineBuffer();
    private Duration silent;
    private Listener listener = new Listener();
    private WebSocket socket;
    private long heardNanos = System.nanoTime();
    private int lost;
    private int again;
    private boolean pushing = true;
    private long nextNanos = System.nanoTime();

    /** What a socket said, who may have been replaced by now. */
    private sealed interface Event {
        Listener of();
    }

    private record Text(Listener of, String text) implements Event {}

    /**
     * @param lost it was open, and was not ended by Ray
     */
    private record Closed(Listener of, boolean lost) implements Event {}

    /**
     * @param silent how long the first socket may say nothing
     */
    JobLogTail(RayHttp http, String id, Supplier<String> wholeLog, Duration silent) {
        this.client = http.client().newBuilder().addInterceptor(JobLogTail::uncompressed).build();
        this.request = http.request("api/jobs/" + id + "/logs/tail").build();
        this.wholeLog = wholeLog;
        this.silent = silent;
        this.socket = client.newWebSocket(request, listener);
    }

    /**
     * OkHttp offers to compress. Where that is taken, Ray's dashboard closes the connection after a
     * second or two without a line.
     */
    private static Response uncompressed(Interceptor.Chain chain) throws IOException {
        return chain.proceed(
                chain.request().newBuilder().removeHeader("Sec-WebSocket-Extensions").build());
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
            if (event.of() == listener) {
                heardNanos = System.nanoTime();
                switch (event) {
                    case Text(_, String text) -> complete.addAll(take(text));
                    case Closed(_, boolean torn) -> closed(torn);
                }
            }
        }
        if (pushing && System.nanoTime() - heardNanos > silent.toNanos()) {
            Duration twice = silent.multipliedBy(2);
            silent = twice.compareTo(MOST_SILENT) < 0 ? twice : MOST_SILENT;
            open();
        }
        return complete;
    }

    private List<String> take(String text) {
        String fresh = unseen(text);
        lost = fresh.isEmpty() ? lost : 0;
        return lines.add(fresh);
    }

    private List<String> whole() {
        String log = wholeLog.get();
        pause(log.length());
        return lines.upTo(log);
    }

    /** The longer the log, the seldomer: a load may run for hours. */
    private void pause(int length) {
        long pause = Math.min(LONGEST_PAUSE.toMillis(), length / BYTES_A_MILLI);
        nextNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
    }

    private void closed(boolean torn) {
        lost++;
        if (torn && lost < MOST_SOCKETS) {
            open();
        } else {
            pushing = false;
            // Ray closes when the job has ended: who sees that next asks for the rest.
            pause(lines.seen());
        }
    }

    /** Another WebSocket begins with the log's first line. */
    private void open() {
        socket.cancel();
        again = lines.seen();
        heardNanos = System.nanoTime();
        listener = new Listener();
        socket = client.newWebSocket(request, listener);
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
            events.add(new Text(this, text));
        }

        @Override
        public void onClosing(WebSocket webSocket, int code, String reason) {
            events.add(new Closed(this, false));
            webSocket.close(1000, null);
        }

        @Override
        public void onFailure(WebSocket webSocket, Throwable t, @Nullable Response response) {
            events.add(new Closed(this, open));
        }
    }
}
