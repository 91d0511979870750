package dev.shakedown.workloads.load;

import java.util.function.BooleanSupplier;

/** The clock of a simulation: whoever waits makes it go on. */
record VirtualTime(SimulatedServer server) implements Time {

    @Override
    public long nowNs() {
        return server.nowNs();
    }

    @Override
    public void awaitUntil(long ns, BooleanSupplier stopped) throws InterruptedException {
        while (server.nowNs() < ns && !stopped.getAsBoolean()) {
            awaitChange(ns);
        }
    }

    @Override
    public void awaitChange(long untilNs) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        server.runNext(untilNs);
    }

    /** Nobody waits while something else happens. */
    @Override
    public void changed() {}

    /** The engine is in the middle of a step then. */
    @Override
    public boolean othersMaySend() {
        return false;
    }
}
