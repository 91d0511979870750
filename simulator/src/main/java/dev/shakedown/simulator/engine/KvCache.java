package dev.shakedown.simulator.engine;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/**
 * Blocks of the KV cache, counted, and the prefix cache in them: full blocks of prompts and answers
 * by the hash of all tokens up to their end. A cached block that nobody uses is free, and is given
 * away when nothing else is, the one unused for longest first.
 */
final class KvCache {
    private final long total;
    private final boolean prefixCaching;
    private final Map<Long, Integer> users = new HashMap<>();
    private final LinkedHashSet<Long> unused = new LinkedHashSet<>();
    private long free;
    private long queries;
    private long hits;

    KvCache(long tokens, boolean prefixCaching) {
        this.total = tokens / MemoryFit.BLOCK;
        this.prefixCaching = prefixCaching;
        this.free = total;
    }

    /** Share that requests hold, 1 is all. */
    double usage() {
        return (double) (total - free) / total;
    }

    /** Tokens looked up so far. */
    long queries() {
        return queries;
    }

    /** Tokens found so far. */
    long hits() {
        return hits;
    }

    /**
     * Tokens of a request's prompt that are there; its last token is always computed, for its
     * output is needed.
     */
    int cached(Sequence sequence) {
        if (!prefixCaching) {
            return 0;
        }
        int most = (sequence.known() - 1) / MemoryFit.BLOCK;
        Generation generation = sequence.generation;
        int found = 0;
        while (found < Math.min(most, generation.blocks().size())
                && users.containsKey(generation.blocks().hash(found))) {
            found++;
        }
        return found * MemoryFit.BLOCK;
    }

    /**
     * Takes a request in with so many tokens, of which {@code cached} are there already.
     *
     * @return false, and nothing is taken, if the blocks are not free
     */
    boolean admit(Sequence sequence, int cached, int tokens) {
        int shared = cached / MemoryFit.BLOCK;
        long revived = 0;
        for (int i = 0; i < shared; i++) {
            if (unused.contains(sequence.generation.blocks().hash(i))) {
                revived++;
            }
        }
        int blocks = blocks(tokens);
        if (blocks - shared + revived > free) {
            return false;
        }
        for (int i = 0; i < shared; i++) {
            use(sequence.generation.blocks().hash(i));
            sequence.cachedBlocks.set(i);
        }
        take(blocks - shared);
        sequence.blocks = blocks;
        sequence.computed = cached;
        // As in vLLM, one that comes back from preemption is not counted: it finds itself.
        if (prefixCaching && !sequence.wasAdmitted()) {
            queries += sequence.known();
            hits += cached;
        }
        return true;
    }

    /**
     * Blocks for so many tokens of a request.
     *
     * @return false, and nothing is taken, if they are not free
     */
    boolean grow(Sequence sequence, int tokens) {
        int more = blocks(tokens) - sequence.blocks;
        if (more > free) {
            return false;
        }
        if (more > 0) {
            take(more);
            sequence.blocks += more;
        }
        return true;
    }

    /** So many tokens of a request were computed: its full blocks can be found. */
    void computed(Sequence sequence, int tokens) {
        int before = sequence.computed / MemoryFit.BLOCK;
        sequence.computed += tokens;
        if (!prefixCaching || before >= sequence.generation.blocks().size()) {
            return;
        }
        int full =
                Math.min(sequence.computed / MemoryFit.BLOCK, sequence.generation.blocks().size());
        for (int i = before; i < full; i++) {
            if (users.putIfAbsent(sequence.generation.blocks().hash(i), 1) == null) {
                sequence.cachedBlocks.set(i);
            }
        }
    }

    /** Gives back what a request holds; what can be found stays, its end the first to go. */
    void release(Sequence sequence) {
        free += sequence.blocks - sequence.cachedBlocks.cardinality();
        for (int i = sequence.cachedBlocks.length() - 1; i >= 0; i--) {
            if (sequence.cachedBlocks.get(i)) {
                unuse(sequence.generation.blocks().hash(i));
            }
        }
        sequence.cachedBlocks.clear();
        sequence.blocks = 0;
        sequence.computed = 0;
    }

    /** As {@code POST /reset_prefix_cache}: what nobody uses is forgotten. */
    void forget() {
        users.keySet().removeAll(unused);
        unused.clear();
    }

    private void take(long blocks) {
        for (long missing = blocks - (free - unused.size()); missing > 0; missing--) {
            users.remove(unused.removeFirst());
        }
        free -= blocks;
    }

    private void use(long hash) {
        if (unused.remove(hash)) {
            free--;
        }
        users.merge(hash, 1, Integer::sum);
    }

    private void unuse(long hash) {
        int left = users.merge(hash, -1, Integer::sum);
        if (left == 0) {
            unused.add(hash);
            free++;
        }
    }

    private static int blocks(int tokens) {
        return (tokens + MemoryFit.BLOCK - 1) / MemoryFit.BLOCK;
    }
}
