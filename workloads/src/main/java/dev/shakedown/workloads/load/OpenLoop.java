package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.RequestRecord;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Sends by the drawn schedule, whatever the server does. A late request is sent at once and keeps
 * its intended time, also one that had to wait for the in-flight cap; the schedule never shifts.
 */
final class OpenLoop implements Dispatch {
    private final Schedule schedule;
    private final Timeline timeline;
    private final RequestFeed feed;
    private final Flights flights;
    private final Time time;
    private final BooleanSupplier stopped;
    private final Semaphore slots;
    private volatile long watermarkNs;
    private final LongAdder capHits = new LongAdder();
    private long heldUntilNs = Long.MIN_VALUE;

    OpenLoop(Schedule schedule, int maxInFlight, Surroundings run) {
        this.schedule = schedule;
        timeline = run.timeline();
        feed = run.feed();
        flights = run.flights();
        time = run.time();
        stopped = run.stopped();
        slots = new Semaphore(maxInFlight);
    }

    @Override
    public void run() throws InterruptedException {
        int next = 0;
        while (isDue(next) && !stopped.getAsBoolean()) {
            Optional<RequestFeed.Written> written = feed.next(stopped);
            long intendedNs = intendedNs(next);
            watermarkNs = intendedNs;
            time.awaitUntil(intendedNs, stopped);
            flights.reach(intendedNs);
            if (written.isEmpty() || stopped.getAsBoolean() || !awaitSlot()) {
                break;
            }
            boolean held = intendedNs <= heldUntilNs;
            flights.send(
                    new Flights.Due(next, intendedNs, written.get().drawn(), held),
                    written.get().request());
            next++;
        }
        giveUpFrom(next);
        watermarkNs = timeline.endNs();
    }

    @Override
    public void ended(RequestRecord request) {
        if (request.times().sentNs() != RequestRecord.NEVER) {
            slots.release();
            time.changed();
        }
    }

    @Override
    public long watermarkNs() {
        return watermarkNs;
    }

    @Override
    public long offeredBefore(long ns) {
        long from = Math.max(0, Math.min(ns, timeline.endNs()) - timeline.startNs());
        return (long) schedule.size() - schedule.countFrom(from);
    }

    @Override
    public long capHits() {
        return capHits.sum();
    }

    private boolean awaitSlot() throws InterruptedException {
        if (slots.tryAcquire()) {
            return true;
        }
        capHits.increment();
        while (!stopped.getAsBoolean() && time.nowNs() < timeline.drainEndNs()) {
            time.awaitChange(timeline.drainEndNs());
            if (slots.tryAcquire()) {
                heldUntilNs = time.nowNs();
                return true;
            }
        }
        heldUntilNs = time.nowNs();
        return false;
    }

    /** The rest of the schedule was offered, too: it is recorded as never sent. */
    private void giveUpFrom(int first) {
        long now = time.nowNs();
        for (int i = first; isDue(i); i++) {
            long intendedNs = intendedNs(i);
            if (stopped.getAsBoolean() && intendedNs > now) {
                return;
            }
            flights.neverSent(
                    new Flights.Due(i, intendedNs, feed.drawn(i), intendedNs <= heldUntilNs),
                    stopped.getAsBoolean() ? "stopped" : "never sent: in-flight cap");
        }
    }

    /** The schedule is drawn for the longest warm-up. */
    private boolean isDue(int index) {
        return index < schedule.size() && intendedNs(index) < timeline.endNs();
    }

    private long intendedNs(int index) {
        return timeline.startNs() + schedule.offsetNs(index);
    }
}
