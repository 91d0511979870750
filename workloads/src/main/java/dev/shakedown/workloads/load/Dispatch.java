package dev.shakedown.workloads.load;

import java.util.function.BooleanSupplier;

/** Decides when requests are due and sends them until the schedule has ended. */
interface Dispatch {
    /** A stop is noticed within this time. */
    long MAX_SLEEP_NS = 50_000_000;

    /** What a dispatch needs of the run around it. */
    record Surroundings(
            Timeline timeline,
            RequestFeed feed,
            Flights flights,
            SessionTurns turns,
            Time time,
            BooleanSupplier stopped) {}

    /**
     * Sends everything; returns when the last one was sent, the drain's deadline is reached or the
     * load is stopped.
     */
    void run() throws InterruptedException;

    /** A request has ended. */
    void ended(Flights.Ended ended);

    /** Every request intended before this time has been announced. */
    long watermarkNs();

    /** How many requests were intended before a time. */
    long offeredBefore(long ns);

    /** The later turns of sessions. */
    SessionTurns turns();

    /** How often a due request found the in-flight cap reached. */
    long capHits();
}
