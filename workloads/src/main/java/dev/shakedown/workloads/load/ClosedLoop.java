package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.RequestRecord;
import java.util.Optional;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * A number of users, each sending its next request when its last one has ended: that moment is the
 * request's intended time. A user whose request failed waits a little, so that a server that
 * refuses at once is not flooded.
 */
final class ClosedLoop implements Dispatch {
    private static final long PAUSE_AFTER_FAILURE_NS = 100_000_000;

    private final Surroundings run;
    private final PriorityBlockingQueue<Long> readyNs = new PriorityBlockingQueue<>();
    private final LongAdder offered = new LongAdder();
    private volatile long watermarkNs;
    private boolean over;

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
        try {
            sendUntilTheEnd();
        } finally {
            end();
        }
    }

    private void sendUntilTheEnd() throws InterruptedException {
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
        long endedNs = request.times().streamEndNs();
        if (!completed || !sendAtOnce(endedNs)) {
            readyNs.add(endedNs + (completed ? 0 : PAUSE_AFTER_FAILURE_NS));
            run.time().changed();
        }
    }

    /**
     * On the thread that read the answer, where time allows it: on a busy machine another thread
     * would have the next request wait for its turn, and each turn costs.
     */
    private synchronized boolean sendAtOnce(long intendedNs) {
        if (over || !run.time().othersMaySend() || run.stopped().getAsBoolean()) {
            return false;
        }
        run.flights().reach(intendedNs);
        if (intendedNs >= run.timeline().endNs()) {
            return false;
        }
        Optional<RequestFeed.Written> next = run.feed().poll();
        next.ifPresent(written -> send(intendedNs, written));
        return next.isPresent();
    }

    /** Whoever gives up what is in flight afterwards finds all of it. */
    private synchronized void end() {
        over = true;
    }

    @Override
    public long watermarkNs() {
        return watermarkNs;
    }

    /** Users offer a request when they send it: the time does not matter. */
    @Override
    public long offeredBefore(long ns) {
        return offered.sum();
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
        next.ifPresent(written -> send(intendedNs, written));
    }

    private void send(long intendedNs, RequestFeed.Written written) {
        offered.increment();
        run.flights()
                .send(
                        new Flights.Due(written.number(), intendedNs, written.drawn(), false),
                        written.request());
    }
}
