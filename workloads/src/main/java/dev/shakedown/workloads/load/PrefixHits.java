package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.PromptPart;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Prompt tokens that a prefix cache which forgets nothing would have: of every shared prefix all
 * but those of the first request with it. A cache may have less, never more.
 */
final class PrefixHits {
    private final Map<Integer, Long> uses = new HashMap<>();
    private final Map<Long, Integer> firsts = new HashMap<>();

    /** A prompt that the server was sent. */
    void add(List<PromptPart> prompt) {
        // The last part is the request's own.
        if (prompt.size() > 1) {
            PromptPart prefix = prompt.getFirst();
            uses.merge(prefix.tokens(), 1L, Long::sum);
            // Which one came first is not known; the shortest is the safe guess.
            firsts.merge(prefix.seed(), prefix.tokens(), Math::min);
        }
    }

    /**
     * As they are counted in vLLM, which shares whole blocks only.
     *
     * @param block tokens of a block of its KV cache
     */
    long tokens(int block) {
        long all = 0;
        for (Map.Entry<Integer, Long> use : uses.entrySet()) {
            all += use.getValue() * whole(use.getKey(), block);
        }
        return all - firsts.values().stream().mapToLong(tokens -> whole(tokens, block)).sum();
    }

    private static long whole(int tokens, int block) {
        return (long) tokens / block * block;
    }
}
