package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.RequestRecord;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Decides when requests are due and sends them until the schedule has ended. */
interface Dispatch {
    /** Linux wakes a sleeper 50 µs late by default, and some more on a busy machine. */
    long SPIN_NS = 150_000;

    /** A stop is noticed within this time. */
    long MAX_SLEEP_NS = 50_000_000;

    /** What a dispatch needs of the run around it. */
    record Surroundings(
            Timeline timeline,
            RequestFeed feed,
            Flights flights,
            LongSupplier clock,
            BooleanSupplier stopped) {}

    /**
     * Sends everything; returns when the last one was sent, the drain's deadline is reached or the
     * load is stopped.
     */
    void run() throws InterruptedException;

    /** A request has ended. */
    void ended(RequestRecord request);

    /** Every request intended before this time has been announced. */
    long watermarkNs();

    /** How many requests were intended before a time. */
    long offeredBefore(long ns);

    /** How often a due request found the in-flight cap reached. */
    long capHits();

    /** Waits for the exact moment: sleeps most of it, and spins where sleeping is too coarse. */
    static void awaitUntil(long ns, LongSupplier clock, BooleanSupplier stopped)
            throws InterruptedException {
        for (long left = ns - clock.getAsLong();
                left > 0 && !stopped.getAsBoolean();
                left = ns - clock.getAsLong()) {
            if (left > SPIN_NS) {
                LockSupport.parkNanos(Math.min(left - SPIN_NS, MAX_SLEEP_NS));
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
