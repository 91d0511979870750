package dev.shakedown.simulator.exact;

import dev.shakedown.simulator.engine.FinishReason;
import dev.shakedown.simulator.http.Json;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the server itself knows: when each request was read, and when each of its tokens had been
 * handed to the kernel. It counts every one since it was last cleared; single times it keeps of the
 * latest requests only. Used on the event loop only.
 */
final class Truth {
    /** About 16 MB. */
    private static final long MOST_TOKENS = 4_000_000;

    private final ExactTimes times;
    private final long unixMicrosAtZero;
    private final ArrayDeque<Entry> kept = new ArrayDeque<>();
    private Spread ttft = new Spread();
    private Spread itl = new Spread();
    private Spread tpot = new Spread();
    private Spread late = new Spread();
    private long keptTokens;
    private long forgotten;
    private long inside;
    private long completed;
    private long aborted;
    private long promptTokens;
    private long tokens;

    Truth(ExactTimes times, InstantSource clock) {
        this.times = times;
        // One reading: gaps between arrivals are those of the monotonic clock.
        Instant now = clock.instant();
        unixMicrosAtZero =
                TimeUnit.SECONDS.toMicros(now.getEpochSecond())
                        + (now.getNano() - System.nanoTime()) / 1000;
    }

    /** One request. Its writes are in microseconds after its arrival. */
    final class Entry {
        private final int prompt;
        private final long arrivedUnixMicros;
        private final long arrivedNanos;
        private final int[] writtenMicros;
        private int written;
        private long firstNanos;
        private long lastNanos;
        private String end = "";

        private Entry(int prompt, int most, long arrivedNanos) {
            this.prompt = prompt;
            this.writtenMicros = new int[most];
            this.arrivedNanos = arrivedNanos;
            this.arrivedUnixMicros = unixMicrosAtZero + arrivedNanos / 1000;
        }

        /** A write that brought one token. */
        void wrote(long dueNanos, long nowNanos) {
            late.record(nowNanos - dueNanos);
            tokens++;
            writtenMicros[written++] = (int) ((nowNanos - arrivedNanos) / 1000);
            if (written == 1) {
                firstNanos = nowNanos;
                ttft.record(nowNanos - arrivedNanos);
            } else {
                itl.record(nowNanos - lastNanos);
            }
            lastNanos = nowNanos;
        }

        /** A write that brought all tokens: it says nothing about single ones. */
        void wroteAll(int count, long dueNanos, long nowNanos) {
            late.record(nowNanos - dueNanos);
            tokens += count;
            writtenMicros[written++] = (int) ((nowNanos - arrivedNanos) / 1000);
        }

        void completed(FinishReason reason) {
            if (written > 1) {
                tpot.record((lastNanos - firstNanos) / (written - 1));
            }
            completed++;
            close(reason.key());
        }

        void aborted() {
            aborted++;
            close(FinishReason.ABORT.key());
        }

        private void close(String why) {
            end = why;
            inside--;
            keptTokens += written;
            kept.add(this);
            while (keptTokens > MOST_TOKENS) {
                keptTokens -= kept.remove().written;
                forgotten++;
            }
        }

        private ObjectNode json() {
            ObjectNode row =
                    Json.object()
                            .put("arrived_unix_us", arrivedUnixMicros)
                            .put("prompt_tokens", prompt)
                            .put("end", end);
            ArrayNode writes = row.putArray("written_us");
            for (int i = 0; i < written; i++) {
                writes.add(writtenMicros[i]);
            }
            return row;
        }
    }

    /**
     * @param writes at most
     */
    Entry arrived(int prompt, int writes, long arrivedNanos) {
        inside++;
        promptTokens += prompt;
        return new Entry(prompt, writes, arrivedNanos);
    }

    long inside() {
        return inside;
    }

    /** Sums and spreads, without single requests. */
    ObjectNode summary() {
        ObjectNode body =
                Json.object()
                        .put("exact_ttft_ms", times.ttft().toNanos() / 1e6)
                        .put("exact_itl_ms", times.itl().toNanos() / 1e6)
                        .put("inside", inside)
                        .put("completed", completed)
                        .put("aborted", aborted)
                        .put("prompt_tokens", promptTokens)
                        .put("tokens", tokens);
        body.set("ttft", ttft.json());
        body.set("itl", itl.json());
        body.set("tpot", tpot.json());
        return body.set("late", late.json());
    }

    /** The requests that ended, the oldest first. */
    ObjectNode requests() {
        ObjectNode body = Json.object().put("forgotten", forgotten);
        ArrayNode rows = body.putArray("requests");
        kept.forEach(entry -> rows.add(entry.json()));
        return body;
    }

    /** Forgets all but the requests that are inside. */
    void clear() {
        kept.clear();
        keptTokens = 0;
        forgotten = 0;
        completed = 0;
        aborted = 0;
        promptTokens = 0;
        tokens = 0;
        ttft = new Spread();
        itl = new Spread();
        tpot = new Spread();
        late = new Spread();
    }
}
