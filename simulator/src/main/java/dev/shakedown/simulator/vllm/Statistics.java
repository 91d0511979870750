package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.engine.EngineCore;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What one replica did in the last interval, in the words in which vLLM logs it; vLLM's hit rate is
 * that of its last 1,000 requests, this one of all.
 */
final class Statistics {
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private final int number;
    private final EngineCore replica;
    private long prompt;
    private long generated;
    private boolean idle = true;

    Statistics(int number, EngineCore replica) {
        this.number = number;
        this.replica = replica;
    }

    /** Empty while the replica stays idle; the first idle interval is still told, as vLLM does. */
    Optional<String> next() {
        long promptNow = replica.metrics().promptTokens();
        long generatedNow = replica.metrics().generationTokens();
        boolean wasIdle = idle;
        idle =
                promptNow == prompt
                        && generatedNow == generated
                        && replica.running() + replica.waiting() == 0;
        String line =
                String.format(
                        Locale.ROOT,
                        "Engine %03d: Avg prompt throughput: %.1f tokens/s, Avg generation throughput: %.1f tokens/s,"
                                + " Running: %d reqs, Waiting: %d reqs, GPU KV cache usage: %.1f%%, Prefix cache hit rate: %.1f%%",
                        number,
                        perSecond(promptNow - prompt),
                        perSecond(generatedNow - generated),
                        replica.running(),
                        replica.waiting(),
                        100 * replica.kvUsage(),
                        100.0 * replica.prefixHits() / Math.max(1, replica.prefixQueries()));
        prompt = promptNow;
        generated = generatedNow;
        return idle && wasIdle ? Optional.empty() : Optional.of(line);
    }

    private static double perSecond(long tokens) {
        return (double) tokens / INTERVAL.toSeconds();
    }
}
