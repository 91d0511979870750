package dev.shakedown.simulator.engine;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counters and histograms of one replica, fed by {@link EngineCore}. */
public final class EngineMetrics {
    private static final double[] TTFT_SECONDS = {
        .001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160,
        640, 2560
    };
    private static final double[] TOKEN_SECONDS = {
        .01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
    };
    private static final double[] REQUEST_SECONDS = {
        .3, .5, .8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680
    };
    private static final double[] STEP_TOKENS = {
        1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384
    };

    private final Map<FinishReason, Long> ended = new EnumMap<>(FinishReason.class);
    private final Map<String, Histogram> histograms = new LinkedHashMap<>();
    private final Histogram tokenSeconds = new Histogram(TOKEN_SECONDS);
    private final Histogram stepTokens = new Histogram(STEP_TOKENS);
    private long promptTokens;
    private long foundTokens;
    private long generationTokens;

    public EngineMetrics(int maxModelLen) {
        for (FinishReason reason : FinishReason.values()) {
            ended.put(reason, 0L);
        }
        for (String name : MetricsPage.LENGTHS.keySet()) {
            histograms.put(name, Histogram.ofLengths(maxModelLen));
        }
        histograms.put("iteration_tokens_total", stepTokens);
        histograms.put("request_num_preemptions", new Histogram(1, 2, 3, 4, 5, 10, 20));
        histograms.put("request_params_n", new Histogram(1, 2, 5, 10, 20));
        histograms.put("time_to_first_token_seconds", new Histogram(TTFT_SECONDS));
        histograms.put("inter_token_latency_seconds", tokenSeconds);
        histograms.put("request_time_per_output_token_seconds", new Histogram(TOKEN_SECONDS));
        for (String phase : MetricsPage.PHASES.keySet()) {
            histograms.put(phase, new Histogram(REQUEST_SECONDS));
        }
    }

    /**
     * What a request went through.
     *
     * @param queue seconds that it waited
     * @param prefill seconds until its first token
     * @param decode seconds after it
     * @param foundTokens of its prompt, in the prefix cache
     */
    record Life(double queue, double prefill, double decode, int foundTokens, int preemptions) {}

    public long promptTokens() {
        return promptTokens;
    }

    /** Prompt tokens that were found in the prefix cache, each request's once. */
    long foundTokens() {
        return foundTokens;
    }

    public long generationTokens() {
        return generationTokens;
    }

    public long ended(FinishReason reason) {
        return ended.getOrDefault(reason, 0L);
    }

    Map<String, Histogram> histograms() {
        return histograms;
    }

    /** A step with so many tokens began. */
    void step(int tokens) {
        stepTokens.record(tokens);
    }

    void firstToken(int prompt, int found, double seconds) {
        promptTokens += prompt;
        foundTokens += found;
        generationTokens++;
        record("time_to_first_token_seconds", seconds);
    }

    void nextToken(double seconds) {
        generationTokens++;
        tokenSeconds.record(seconds);
    }

    void finished(Generation generation, Life life) {
        count(generation.finishReason());
        int output = generation.outputTokens();
        record("request_prompt_tokens", generation.promptTokens());
        record("request_generation_tokens", output);
        record("request_max_num_generation_tokens", output);
        record("request_params_max_tokens", generation.maxTokens());
        record("request_prefill_kv_computed_tokens", generation.promptTokens() - life.foundTokens);
        record("request_num_preemptions", life.preemptions);
        record("request_params_n", 1);
        record(
                "request_time_per_output_token_seconds",
                output > 1 ? life.decode / (output - 1) : 0);
        record("e2e_request_latency_seconds", life.queue + life.prefill + life.decode);
        record("request_queue_time_seconds", life.queue);
        record("request_inference_time_seconds", life.prefill + life.decode);
        record("request_prefill_time_seconds", life.prefill);
        record("request_decode_time_seconds", life.decode);
    }

    void aborted() {
        count(FinishReason.ABORT);
    }

    private void count(FinishReason reason) {
        ended.merge(reason, 1L, Long::sum);
    }

    private void record(String name, double value) {
        Histogram histogram = histograms.get(name);
        if (histogram == null) {
            throw new IllegalArgumentException("no histogram " + name);
        }
        histogram.record(value);
    }
}
