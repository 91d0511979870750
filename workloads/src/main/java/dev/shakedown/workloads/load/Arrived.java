package dev.shakedown.workloads.load;

import java.util.concurrent.atomic.AtomicLongArray;

/** What arrived when, in slots of a tenth of a second: the basis of all rates. */
final class Arrived {
    static final long SLOT_NS = 100_000_000;

    private final long startNs;
    private final AtomicLongArray slots;

    /**
     * Counts from {@code startNs} on; what comes later than {@code lengthNs} goes to the last slot.
     */
    Arrived(long startNs, long lengthNs) {
        this.startNs = startNs;
        slots = new AtomicLongArray((int) Math.min(10_000_000, lengthNs / SLOT_NS + 2));
    }

    void add(long nowNs, long count) {
        slots.addAndGet(slot(nowNs), count);
    }

    /** What arrived in the slots that begin in {@code [fromNs, toNs)}. */
    long between(long fromNs, long toNs) {
        long sum = 0;
        for (int i = slot(fromNs + SLOT_NS - 1); i < slot(toNs + SLOT_NS - 1); i++) {
            sum += slots.get(i);
        }
        return sum;
    }

    private int slot(long ns) {
        return (int) Math.max(0, Math.min(slots.length() - 1, (ns - startNs) / SLOT_NS));
    }
}
