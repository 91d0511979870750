package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.RequestRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * A number of users, each sending its next request when its last one has ended: that moment is the
 * request's intended time, and in a session of its own a time to think later. A user carries on its
 * session before it begins another. One whose request failed waits a little, so that a server that
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
            Long user = readyNs.peek();
            long turnNs = run.turns().nextNs();
            long next = user == null ? turnNs : Math.min(user, turnNs);
            long now = run.time().nowNs();
            if (next > now) {
                watermarkNs = now - PAUSE_AFTER_FAILURE_NS;
                run.time().awaitChange(Math.min(next, run.timeline().endNs()));
            } else if (next == turnNs) {
                send(run.turns().take());
            } else {
                begin(readyNs.take());
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
    public void ended(Flights.Ended ended) {
        if (run.turns().goOn(ended)) {
            return;
        }
        RequestRecord request = ended.request();
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
        next.ifPresent(written -> begin(intendedNs, written));
        return next.isPresent();
    }

    /** Whoever gives up what is in flight afterwards finds all of it. */
    private synchronized void end() {
        over = true;
        // Users have no schedule: a turn that was not sent was not offered.
        List<SessionTurns.Ready> _ = run.turns().end(Long.MIN_VALUE);
    }

    @Override
    public long watermarkNs() {
        return run.turns().anyLive()
                ? Math.min(watermarkNs, run.turns().knownUntilNs(run.time().nowNs()))
                : watermarkNs;
    }

    @Override
    public SessionTurns turns() {
        return run.turns();
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

    private void begin(long intendedNs) throws InterruptedException {
        if (intendedNs >= run.timeline().endNs()) {
            return;
        }
        Optional<RequestFeed.Written> next = run.feed().next(run.stopped());
        next.ifPresent(written -> begin(intendedNs, written));
    }

    private void begin(long intendedNs, RequestFeed.Written written) {
        run.turns().begin(written.drawn());
        send(new SessionTurns.Ready(intendedNs, written));
    }

    private void send(SessionTurns.Ready due) {
        RequestFeed.Written written = due.written();
        offered.increment();
        Flights flights = run.flights();
        flights.send(
                flights.due(written.number(), due.intendedNs(), written.drawn(), false),
                written.request());
    }
}
