package dev.shakedown.workloads.load;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Draws the tokens of one prompt, one bounded draw a token: those of a block of a trace from the
 * block's own generator, so that they are the same in every prompt that has the block.
 */
final class BlockTokens implements RandomGenerator {
    private final List<Long> blocks;
    private final long seed;
    private final RandomGenerator rest;
    private RandomGenerator current;
    private int drawn;

    BlockTokens(List<Long> blocks, long seed, RandomGenerator rest) {
        this.blocks = blocks;
        this.seed = seed;
        this.rest = rest;
        current = rest;
    }

    @Override
    public int nextInt(int bound) {
        if (drawn % Trace.BLOCK_TOKENS == 0) {
            int block = drawn / Trace.BLOCK_TOKENS;
            current = block < blocks.size() ? generator(blocks.get(block)) : rest;
        }
        drawn++;
        return current.nextInt(bound);
    }

    @Override
    public long nextLong() {
        return rest.nextLong();
    }

    /** Requests have the numbers from 0, so blocks get the negative ones. */
    private RandomGenerator generator(long block) {
        return new SplittableRandom(seed ^ RequestFeed.mix(-1 - block));
    }
}
