package dev.shakedown.workloads.load;

import java.util.function.BooleanSupplier;

/** How time passes for a load: really, or as a simulation has it. */
interface Time {

    /** Nanoseconds since the run's start. */
    long nowNs();

    /** Waits for the exact moment, or until the load is stopped. */
    void awaitUntil(long ns, BooleanSupplier stopped) throws InterruptedException;

    /** Waits until a request has ended, or for the moment; may return earlier. */
    void awaitChange(long untilNs) throws InterruptedException;

    /** A request has ended; called from any thread. */
    void changed();

    /** Whether the thread on which a request ended may send the next one. */
    boolean othersMaySend();
}
