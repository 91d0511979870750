package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.RunClock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The run's clock, for the thread that sends. */
final class RealTime implements Time {
    /** Linux wakes a sleeper 50 µs late by default, and some more on a busy machine. */
    private static final long SPIN_NS = 150_000;

    private final RunClock clock;
    private final Thread sender = Thread.currentThread();

    /** To be made by the thread that will wait. */
    RealTime(RunClock clock) {
        this.clock = clock;
    }

    @Override
    public long nowNs() {
        return clock.nowNs();
    }

    /** Sleeps most of it, and spins where sleeping is too coarse. */
    @Override
    public void awaitUntil(long ns, BooleanSupplier stopped) throws InterruptedException {
        for (long left = ns - nowNs(); left > 0 && !stopped.getAsBoolean(); left = ns - nowNs()) {
            if (left > SPIN_NS) {
                park(left - SPIN_NS);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void awaitChange(long untilNs) throws InterruptedException {
        long left = untilNs - nowNs();
        if (left > 0) {
            park(left);
        }
    }

    @Override
    public void changed() {
        LockSupport.unpark(sender);
    }

    @Override
    public boolean othersMaySend() {
        return true;
    }

    private static void park(long ns) throws InterruptedException {
        LockSupport.parkNanos(Math.min(ns, Dispatch.MAX_SLEEP_NS));
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
