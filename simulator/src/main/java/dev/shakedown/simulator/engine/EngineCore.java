package dev.shakedown.simulator.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * One replica: at most {@code maxNumSeqs} requests run, the others wait in the order in which they
 * came. Each running request gets its tokens when they are due; a late tick does not delay those
 * after it. Confined to the thread of its clock.
 */
public final class EngineCore {
    private final EngineTimings timings;
    private final int maxNumSeqs;
    private final Ticks loop;
    private final LongSupplier nanoTime;
    private final EngineMetrics metrics;
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();
    private final Set<Request> running = new HashSet<>();

    /**
     * @param loop every call must come from it
     */
    public EngineCore(
            EngineTimings timings,
            int maxNumSeqs,
            Ticks loop,
            LongSupplier nanoTime,
            EngineMetrics metrics) {
        this.timings = timings;
        this.maxNumSeqs = maxNumSeqs;
        this.loop = loop;
        this.nanoTime = nanoTime;
        this.metrics = metrics;
    }

    /** Queues a request; what is returned aborts it, which does nothing once it has ended. */
    public Runnable submit(Generation generation, TokenSink sink) {
        Request request = new Request(generation, sink, nanoTime.getAsLong());
        waiting.add(request);
        admit();
        return () -> abort(request);
    }

    public int running() {
        return running.size();
    }

    public int waiting() {
        return waiting.size();
    }

    /** Tokens of all running requests that the KV cache holds now. */
    public long kvTokens() {
        return running.stream().mapToLong(r -> r.generation.promptTokens() + r.produced).sum();
    }

    public EngineMetrics metrics() {
        return metrics;
    }

    private void admit() {
        while (running.size() < maxNumSeqs && !waiting.isEmpty()) {
            Request request = waiting.remove();
            running.add(request);
            request.start();
        }
    }

    private void abort(Request request) {
        if (request.cancel() && (running.remove(request) || waiting.remove(request))) {
            metrics.aborted();
            admit();
        }
    }

    /** One request's life. */
    private final class Request {
        private final Generation generation;
        private final TokenSink sink;
        private final SplittableRandom random;
        private final long arrivedNanos;
        private long admittedNanos;
        private long firstTokenNanos;
        private long lastTokenNanos;
        private long dueNanos;
        private int produced;
        private boolean ended;
        private Runnable cancelTimer = () -> {};

        Request(Generation generation, TokenSink sink, long arrivedNanos) {
            this.generation = generation;
            this.sink = sink;
            this.random = new SplittableRandom(generation.seed());
            this.arrivedNanos = arrivedNanos;
        }

        void start() {
            admittedNanos = nanoTime.getAsLong();
            dueNanos = admittedNanos + timings.firstTokenNanos(generation.promptTokens(), random);
            await();
        }

        boolean cancel() {
            boolean wasAlive = !ended;
            ended = true;
            cancelTimer.run();
            return wasAlive;
        }

        private void await() {
            long delay = Math.max(0, dueNanos - nanoTime.getAsLong());
            cancelTimer = loop.after(Duration.ofNanos(delay), this::tick);
        }

        private void tick() {
            long now = nanoTime.getAsLong();
            while (!ended && dueNanos <= now) {
                produce(now);
                dueNanos += timings.interTokenNanos(random);
            }
            if (!ended) {
                await();
            }
        }

        /**
         * Counts before it tells, so that a client that has its last token can read its counters.
         */
        private void produce(long now) {
            produced++;
            boolean last = produced == generation.outputTokens();
            if (produced == 1) {
                firstTokenNanos = now;
                metrics.firstToken(generation.promptTokens(), seconds(arrivedNanos, now));
            } else {
                metrics.nextToken(seconds(lastTokenNanos, now));
            }
            lastTokenNanos = now;
            if (last) {
                ended = true;
                running.remove(this);
                metrics.finished(generation, life());
            }
            sink.token(
                    Tokenizer.outputToken(random.nextInt()),
                    produced,
                    last,
                    generation.finishReason());
            if (last) {
                admit();
            }
        }

        private EngineMetrics.Life life() {
            return new EngineMetrics.Life(
                    seconds(arrivedNanos, admittedNanos),
                    seconds(admittedNanos, firstTokenNanos),
                    seconds(firstTokenNanos, lastTokenNanos));
        }

        private double seconds(long from, long to) {
            return (to - from) / 1e9;
        }
    }
}
