package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.PromptPart;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Prompt tokens that a prefix cache which forgets nothing would have: those of the chat template
 * and of shared prefixes, but for the first request with each. A cache may have less, never more.
 */
final class PrefixHits {
    private final Map<Integer, Long> uses = new HashMap<>();
    private final Map<Long, Integer> firsts = new HashMap<>();

    /** A prompt that the server was sent. */
    void add(List<PromptPart> prompt) {
        // The last part is the request's own.
        int shared = prompt.size() > 1 ? prompt.getFirst().tokens() : 0;
        uses.merge(shared, 1L, Long::sum);
        if (shared > 0) {
            // Which one came first is not known; the shortest is the safe guess.
            firsts.merge(prompt.getFirst().seed(), shared, Math::min);
        }
    }

    /**
     * As they are counted in vLLM, which shares whole blocks only.
     *
     * @param block tokens of a block of its KV cache
     * @param template tokens that stand before every prefix, 0 for none
     */
    long tokens(int block, int template) {
        if (uses.isEmpty()) {
            return 0;
        }
        long all = 0;
        for (Map.Entry<Integer, Long> use : uses.entrySet()) {
            all += use.getValue() * whole(template + use.getKey(), block);
        }
        long first = whole(template, block);
        for (int tokens : firsts.values()) {
            all -= whole(template + tokens, block) - first;
        }
        return all - first;
    }

    private static long whole(int tokens, int block) {
        return (long) tokens / block * block;
    }
}
