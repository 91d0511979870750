package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.RequestRecord;
import java.util.Optional;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A number of users, each sending its next request when its last one has ended: that moment is the
 * request's intended time. A user whose request failed waits a little, so that a server that
 * refuses at once is not flooded.
 */
final class ClosedLoop implements Dispatch {
    private static final long PAUSE_AFTER_FAILURE_NS = 100_000_000;

    private final Surroundings run;
    private final PriorityBlockingQueue<Long> readyNs = new PriorityBlockingQueue<>();
    private volatile long watermarkNs;
    private final AtomicLong offered = new AtomicLong();

    ClosedLoop(Arrivals.ClosedLoop loop, Surroundings run) {
        this.run = run;
        int users = loop.concurrency();
        long rampUpNs = loop.rampUp().toNanos();
        for (int i = 0; i < users; i++) {
            readyNs.add(run.timeline().startNs() + Math.round((double) rampUpNs * i / users));
        }
    }

    @Override
    public void run() throws InterruptedException {
        while (!run.stopped().getAsBoolean() && !isOver()) {
            Long next = readyNs.peek();
            long now = run.time().nowNs();
            long endNs = run.timeline().endNs();
            if (next == null || next > now) {
                watermarkNs = now - PAUSE_AFTER_FAILURE_NS;
                run.time().awaitChange(next == null ? endNs : Math.min(next, endNs));
            } else {
                send(readyNs.take());
            }
        }
        watermarkNs = run.timeline().endNs();
    }

    private boolean isOver() {
        long now = run.time().nowNs();
        run.flights().reach(now);
        return now >= run.timeline().endNs();
    }

    @Override
    public void ended(RequestRecord request) {
        boolean completed = request.outcome() instanceof Outcome.Completed;
        readyNs.add(request.times().streamEndNs() + (completed ? 0 : PAUSE_AFTER_FAILURE_NS));
        run.time().changed();
    }

    @Override
    public long watermarkNs() {
        return watermarkNs;
    }

    /** Users offer a request when they send it: the time does not matter. */
    @Override
    public long offeredBefore(long ns) {
        return offered.get();
    }

    @Override
    public long capHits() {
        return 0;
    }

    private void send(long intendedNs) throws InterruptedException {
        if (intendedNs >= run.timeline().endNs()) {
            return;
        }
        Optional<RequestFeed.Written> next = run.feed().next(run.stopped());
        next.ifPresent(
                written ->
                        run.flights()
                                .send(
                                        new Flights.Due(
                                                offered.getAndIncrement(),
                                                intendedNs,
                                                written.drawn(),
                                                false),
                                        written.request()));
    }
}
