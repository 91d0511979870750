package dev.shakedown.reports.view;

import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.run.Points;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The most that vLLM's own metrics showed during a run.
 *
 * @param kvPercent of the KV cache in use
 * @param preemptions in all
 */
record EnginePeaks(OptionalDouble kvPercent, OptionalDouble preemptions) {
    private static final double FULL = 99;

    static EnginePeaks of(RunData data) {
        Points kv = data.series().largest("vllm:kv_cache_usage_perc");
        Points preempted = data.series().total("vllm:num_preemptions_total");
        return new EnginePeaks(
                kv.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(100 * kv.maxY()),
                preempted.isEmpty()
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(preempted.maxY() - preempted.y(0)));
    }

    /** Whether memory was the limit, in words. */
    Optional<String> words() {
        if (kvPercent.orElse(0) < FULL) {
            return kvPercent.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            "the KV cache had room (%s %% in use at most), so compute is the limit"
                                    .formatted(Show.number(kvPercent.getAsDouble())));
        }
        return Optional.of(
                "the KV cache was full, with %s preemptions: memory is the limit"
                        .formatted(Show.count((long) preemptions.orElse(0))));
    }
}
