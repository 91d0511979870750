package dev.shakedown.simulator.engine;

import java.util.Arrays;
import java.util.List;

/**
 * Hashes of the full KV blocks of a prompt and its answer, each over all tokens up to its end, as
 * vLLM keys them.
 */
public final class PromptBlocks {
    /** For prompts that nothing is to find. */
    public static final PromptBlocks NONE = new PromptBlocks(new long[0]);

    private final long[] hashes;

    private PromptBlocks(long[] hashes) {
        this.hashes = hashes;
    }

    /**
     * Of a prompt, and of what will be generated.
     *
     * @param salt of the request: others share no block with it
     */
    public static PromptBlocks of(int[] prompt, Generation generation, String salt) {
        int[] tokens = Arrays.copyOf(prompt, prompt.length + generation.outputTokens());
        long random = generation.seed();
        for (int i = prompt.length; i < tokens.length; i++) {
            random = Generation.next(random);
            tokens[i] = Generation.token(random);
        }
        return of(tokens, salt.hashCode());
    }

    /** Of tokens; what does not fill a block has no hash. */
    public static PromptBlocks of(int[] tokens) {
        return of(tokens, 0);
    }

    private static PromptBlocks of(int[] tokens, long salt) {
        long[] hashes = new long[tokens.length / MemoryFit.BLOCK];
        long hash = salt;
        for (int i = 0; i < hashes.length * MemoryFit.BLOCK; i++) {
            hash = mixed(hash + tokens[i]);
            hashes[i / MemoryFit.BLOCK] = hash;
        }
        return new PromptBlocks(hashes);
    }

    /** Consecutive tokens of a prompt or an answer, a function of their seed alone. */
    public record Part(int tokens, long seed) {}

    /**
     * Of random tokens, without drawing each: what begins with the same parts has the same blocks,
     * as far as those reach.
     */
    public static PromptBlocks drawn(List<Part> parts) {
        long[] hashes = new long[parts.stream().mapToInt(Part::tokens).sum() / MemoryFit.BLOCK];
        long hash = 0;
        int from = 0;
        for (Part part : parts) {
            int end = from + part.tokens();
            // A block belongs to every part that has tokens in it.
            for (int i = from / MemoryFit.BLOCK; i * MemoryFit.BLOCK < end; i++) {
                hash = mixed(hash + part.seed());
                if ((i + 1) * MemoryFit.BLOCK <= end) {
                    hashes[i] = hash;
                }
            }
            from = end;
        }
        return new PromptBlocks(hashes);
    }

    int size() {
        return hashes.length;
    }

    long hash(int block) {
        return hashes[block];
    }

    /** SplitMix64's step: any two prompts differ in all bits. */
    private static long mixed(long value) {
        long mixed = value + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
