package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.PromptPart;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Prompt tokens that a prefix cache which forgets nothing would have: those of the chat template
 * and of shared parts, but for the first request with each; of a session's later turns all that was
 * said before. A cache may have less, never more.
 */
final class PrefixHits {
    /** How many prompts share as many tokens. */
    private final Map<Integer, Long> uses = new HashMap<>();

    private final Map<Beginning, Integer> firsts = new HashMap<>();

    /** How many later turns had as many tokens before them. */
    private final Map<Integer, Long> histories = new HashMap<>();

    /**
     * What prompts begin alike with, up to the end of one part.
     *
     * @param before tokens before that part
     * @param seeds of all parts up to it, as one number
     */
    private record Beginning(int before, long seeds) {}

    /** A prompt that the server was sent. */
    void add(List<PromptPart> prompt) {
        int shared = 0;
        long seeds = 0;
        // The last part is the request's own.
        for (PromptPart part : prompt.subList(0, prompt.size() - 1)) {
            seeds = Draws.mix(seeds ^ part.seed());
            // Which one came first is not known; the shortest is the safe guess.
            firsts.merge(new Beginning(shared, seeds), part.tokens(), Math::min);
            shared += part.tokens();
        }
        uses.merge(shared, 1L, Long::sum);
    }

    /**
     * A later turn of a session.
     *
     * @param before tokens of the prompt and the answer before
     */
    void addLater(int before) {
        // An answer's last token was never computed: nothing came after it.
        histories.merge(before - 1, 1L, Long::sum);
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
        for (Map.Entry<Integer, Long> history : histories.entrySet()) {
            all += history.getValue() * whole(history.getKey(), block);
        }
        for (Map.Entry<Integer, Long> use : uses.entrySet()) {
            all += use.getValue() * whole(template + use.getKey(), block);
        }
        for (Map.Entry<Beginning, Integer> first : firsts.entrySet()) {
            int begin = template + first.getKey().before();
            all -= whole(begin + first.getValue(), block) - whole(begin, block);
        }
        return all - whole(template, block);
    }

    private static long whole(int tokens, int block) {
        return (long) tokens / block * block;
    }
}
