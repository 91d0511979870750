package dev.shakedown.workloads.openai;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * vLLM's own counters at one moment, summed over engines.
 *
 * @param running requests running or waiting
 * @param kvBlock tokens of a block of the KV cache; 0 where that is not told
 */
public record ServerCounters(
        long promptTokens,
        long generationTokens,
        long requestsSucceeded,
        long prefixCacheQueries,
        long prefixCacheHits,
        long running,
        int kvBlock) {
    private static final Pattern BLOCK = Pattern.compile("(?:^|;)block_size=(\\d{1,6})(?:;|$)");

    /** From the text of {@code /metrics}; empty if the token counters are not in it. */
    public static Optional<ServerCounters> parse(String metrics) {
        double[] sums = new double[6];
        boolean[] seen = new boolean[1];
        int[] block = new int[1];
        MetricsText.forEach(
                metrics,
                (name, labels, value) -> {
                    switch (name) {
                        case "vllm:prompt_tokens_total" -> {
                            sums[0] += value;
                            seen[0] = true;
                        }
                        case "vllm:generation_tokens_total" -> sums[1] += value;
                        case "vllm:request_success_total" -> sums[2] += value;
                        case "vllm:prefix_cache_queries_total" -> sums[3] += value;
                        case "vllm:prefix_cache_hits_total" -> sums[4] += value;
                        case "vllm:num_requests_running", "vllm:num_requests_waiting" ->
                                sums[5] += value;
                        case "vllm:cache_config_info" -> block[0] = block(labels);
                        default -> {
                            // Everything else is for the time series only.
                        }
                    }
                });
        return seen[0]
                ? Optional.of(
                        new ServerCounters(
                                (long) sums[0],
                                (long) sums[1],
                                (long) sums[2],
                                (long) sums[3],
                                (long) sums[4],
                                (long) sums[5],
                                block[0]))
                : Optional.empty();
    }

    /** What was counted since an earlier moment; what is no count as it is now. */
    public ServerCounters since(ServerCounters earlier) {
        return new ServerCounters(
                promptTokens - earlier.promptTokens,
                generationTokens - earlier.generationTokens,
                requestsSucceeded - earlier.requestsSucceeded,
                prefixCacheQueries - earlier.prefixCacheQueries,
                prefixCacheHits - earlier.prefixCacheHits,
                running,
                kvBlock);
    }

    /** Of both of two servers. */
    public ServerCounters plus(ServerCounters other) {
        return new ServerCounters(
                promptTokens + other.promptTokens,
                generationTokens + other.generationTokens,
                requestsSucceeded + other.requestsSucceeded,
                prefixCacheQueries + other.prefixCacheQueries,
                prefixCacheHits + other.prefixCacheHits,
                running + other.running,
                Math.max(kvBlock, other.kvBlock));
    }

    private static int block(String labels) {
        Matcher size = BLOCK.matcher(labels);
        return size.find() ? Integer.parseInt(size.group(1)) : 0;
    }
}
