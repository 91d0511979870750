package dev.shakedown.simulator.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.DoubleSupplier;

/**
 * One replica: a loop of steps in which all running requests move together. The tokens of a step
 * come when it ends; with several pipeline stages, as many batches are on their way. The clock is
 * given, so that the same code runs in real time and in a simulation; a clock that is late delays
 * nothing after it. Confined to the thread of its clock.
 */
public final class EngineCore {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final StepTime stepTime;
    private final Scheduler scheduler;
    private final KvCache cache;
    private final Ticks loop;
    private final EngineMetrics metrics;
    private final DoubleSupplier slowness;
    private final ArrayDeque<Batch> idle = new ArrayDeque<>();

    /** When each pipeline stage has done what it was given. */
    private final long[] freeNanos;

    private boolean completing;
    private boolean hanging;
    private boolean ended;
    private long steps;

    /**
     * On GPUs that are as they should be.
     *
     * @param loop every call must come from it
     */
    public EngineCore(EngineSetup setup, Ticks loop, EngineMetrics metrics) {
        this(setup, loop, metrics, () -> 1);
    }

    /**
     * @param slowness how much longer a step takes now; infinite while none ends
     */
    public EngineCore(
            EngineSetup setup, Ticks loop, EngineMetrics metrics, DoubleSupplier slowness) {
        this.slowness = slowness;
        this.stepTime = setup.stepTime();
        this.cache = new KvCache(setup.kvTokens(), setup.prefixCaching());
        this.scheduler = new Scheduler(setup.maxNumSeqs(), setup.maxBatchedTokens(), cache);
        this.loop = loop;
        this.metrics = metrics;
        this.freeNanos = new long[stepTime.stages()];
        Arrays.fill(freeNanos, Long.MIN_VALUE);
        for (int i = 0; i < stepTime.stages(); i++) {
            idle.add(new Batch(setup.maxNumSeqs()));
        }
    }

    /** Queues a request that arrives now. */
    public Runnable submit(Generation generation, TokenSink sink) {
        return submit(generation, sink, loop.nanoTime());
    }

    /**
     * Queues a request; what is returned aborts it, which does nothing once it has ended. Reading
     * it is the front end's work: what that took here is no time on top of it.
     *
     * @param arrivedNanos when it was there, not yet read
     */
    public Runnable submit(Generation generation, TokenSink sink, long arrivedNanos) {
        Sequence sequence = new Sequence(generation, sink, arrivedNanos);
        long readNanos = arrivedNanos + Math.round(stepTime.frontEndSeconds() * 1e9);
        long left = Math.max(0, readNanos - loop.nanoTime());
        loop.after(Duration.ofNanos(left), () -> arrive(sequence));
        return () -> abort(sequence);
    }

    public int running() {
        return scheduler.running();
    }

    public int waiting() {
        return scheduler.waiting();
    }

    /** Share of the KV cache in use, 1 is all. */
    public double kvUsage() {
        return cache.usage();
    }

    /** Preemptions so far. */
    public long preemptions() {
        return scheduler.preemptions();
    }

    /** Prompt tokens looked up in the prefix cache so far. */
    public long prefixQueries() {
        return cache.queries();
    }

    /** Those found. */
    public long prefixHits() {
        return cache.hits();
    }

    /** Steps so far. */
    public long steps() {
        return steps;
    }

    public EngineMetrics metrics() {
        return metrics;
    }

    /** Begins no step any more. */
    public void end() {
        ended = true;
    }

    /** Forgets prompts that no running request uses. */
    public void resetPrefixCache() {
        cache.forget();
    }

    private void arrive(Sequence sequence) {
        if (!sequence.ended) {
            scheduler.add(sequence);
            start(loop.nanoTime());
        }
    }

    private void abort(Sequence sequence) {
        if (!sequence.ended) {
            sequence.ended = true;
            scheduler.remove(sequence);
            metrics.aborted();
            start(loop.nanoTime());
        }
    }

    /** Sends batches on their way while the pipeline takes them. */
    private void start(long nowNanos) {
        if (ended) {
            return;
        }
        double slow = slowness.getAsDouble();
        if (Double.isInfinite(slow)) {
            hang();
            return;
        }
        while (!completing && !idle.isEmpty() && scheduler.schedule(idle.getFirst(), nowNanos)) {
            Batch batch = idle.removeFirst();
            batch.endNanos = pass(batch, nowNanos, slow);
            steps++;
            metrics.step(batch.totalTokens());
            long delay = Math.max(0, batch.endNanos - loop.nanoTime());
            loop.after(Duration.ofNanos(delay), () -> complete(batch));
        }
    }

    /** Looks again later: it may be over then. */
    private void hang() {
        if (!hanging) {
            hanging = true;
            loop.after(
                    LOOK_AGAIN,
                    () -> {
                        hanging = false;
                        start(loop.nanoTime());
                    });
        }
    }

    private long pass(Batch batch, long nowNanos, double slow) {
        long stageNanos = Math.round(batch.seconds(stepTime) * slow * 1e9);
        long hopNanos = Math.round(stepTime.hopSeconds(batch.totalTokens()) * 1e9);
        long at = nowNanos;
        for (int stage = 0; stage < freeNanos.length; stage++) {
            long hop = stage == 0 ? 0 : hopNanos;
            at = Math.max(at + hop, freeNanos[stage]) + stageNanos;
            freeNanos[stage] = at;
        }
        return at;
    }

    private void complete(Batch batch) {
        completing = true;
        deliver(batch, true);
        deliver(batch, false);
        completing = false;
        idle.add(batch);
        start(batch.endNanos);
    }

    /**
     * First tokens go out before the others: their sequences are the last of the batch, and on the
     * wall clock would wait until all its other tokens are written, which no step time stands for.
     */
    private void deliver(Batch batch, boolean first) {
        for (int i = 0; i < batch.size(); i++) {
            Sequence sequence = batch.sequence(i);
            if (sequence.inFlight && sequence.produced == 0 == first) {
                sequence.inFlight = false;
                advance(sequence, batch.tokens(i), batch.endNanos);
            }
        }
    }

    private void advance(Sequence sequence, int tokens, long now) {
        if (!sequence.ended) {
            cache.computed(sequence, tokens);
            if (sequence.computed == sequence.known()) {
                produce(sequence, now);
            }
        }
    }

    /** Counts before it tells, so that a client that has its last token can read its counters. */
    private void produce(Sequence sequence, long now) {
        sequence.produced++;
        if (sequence.produced == 1) {
            sequence.firstTokenNanos = now;
            metrics.firstToken(
                    sequence.generation.promptTokens(),
                    sequence.foundTokens,
                    seconds(sequence.arrivedNanos, now));
        } else {
            metrics.nextToken(seconds(sequence.lastTokenNanos, now));
        }
        sequence.lastTokenNanos = now;
        boolean last = sequence.produced == sequence.generation.outputTokens();
        if (last) {
            sequence.ended = true;
            scheduler.remove(sequence);
            metrics.finished(sequence.generation, life(sequence));
        }
        sequence.random = Generation.next(sequence.random);
        sequence.sink.token(
                Generation.token(sequence.random),
                sequence.produced,
                last,
                sequence.generation.finishReason());
    }

    private static EngineMetrics.Life life(Sequence sequence) {
        return new EngineMetrics.Life(
                seconds(sequence.arrivedNanos, sequence.admittedNanos),
                seconds(sequence.admittedNanos, sequence.firstTokenNanos),
                seconds(sequence.firstTokenNanos, sequence.lastTokenNanos),
                sequence.foundTokens,
                sequence.preemptions);
    }

    private static double seconds(long from, long to) {
        return (to - from) / 1e9;
    }
}
