package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.RequestRecord;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Sends by the drawn schedule, whatever the server does, and the later turns of the sessions that
 * began by it when they are due. A late request is sent at once and keeps its intended time, also
 * one that had to wait for the in-flight cap; the schedule never shifts.
 */
final class OpenLoop implements Dispatch {
    private static final long NEVER = Long.MAX_VALUE;

    private final Schedule schedule;
    private final Timeline timeline;
    private final RequestFeed feed;
    private final Flights flights;
    private final SessionTurns turns;
    private final Time time;
    private final BooleanSupplier stopped;
    private final Semaphore slots;
    private volatile long watermarkNs;
    private final LongAdder capHits = new LongAdder();
    private final LongAdder turnsDue = new LongAdder();
    private long heldUntilNs = Long.MIN_VALUE;

    /** The next of the schedule, and the same once it is written. */
    private int next;

    private Optional<RequestFeed.Written> arrival = Optional.empty();

    OpenLoop(Schedule schedule, int maxInFlight, Surroundings run) {
        this.schedule = schedule;
        timeline = run.timeline();
        feed = run.feed();
        flights = run.flights();
        turns = run.turns();
        time = run.time();
        stopped = run.stopped();
        slots = new Semaphore(maxInFlight);
    }

    @Override
    public void run() throws InterruptedException {
        boolean goesOn = true;
        while (goesOn && !stopped.getAsBoolean()) {
            long arrivalNs = isDue(next) ? intendedNs(next) : NEVER;
            long turnNs = turns.nextNs();
            long atNs = Math.min(arrivalNs, turnNs);
            if (atNs < timeline.endNs()) {
                goesOn = sendAt(atNs, turnNs < arrivalNs);
            } else {
                goesOn = awaitTurn();
            }
        }
        giveUp();
        watermarkNs = timeline.endNs();
    }

    /** Whether one may come yet. */
    private boolean awaitTurn() throws InterruptedException {
        boolean mayCome = turns.anyLive() && time.nowNs() < timeline.endNs();
        if (mayCome) {
            time.awaitChange(timeline.endNs());
        }
        return mayCome;
    }

    /** Waits for the moment, and sends unless another turn comes to be due before it. */
    private boolean sendAt(long atNs, boolean turn) throws InterruptedException {
        if (!turn && arrival.isEmpty()) {
            arrival = feed.next(stopped);
        }
        watermarkNs = atNs;
        time.awaitUntil(atNs, () -> stopped.getAsBoolean() || turns.nextNs() < atNs);
        if (time.nowNs() < atNs) {
            return true;
        }
        flights.reach(atNs);
        if ((!turn && arrival.isEmpty()) || stopped.getAsBoolean() || !awaitSlot()) {
            return false;
        }
        if (turn) {
            send(turns.take());
        } else {
            begin(arrival.orElseThrow());
        }
        return true;
    }

    private void begin(RequestFeed.Written written) {
        long intendedNs = intendedNs(next);
        arrival = Optional.empty();
        turns.begin(written.drawn());
        flights.send(
                flights.due(next, intendedNs, written.drawn(), isHeld(intendedNs)),
                written.request());
        next++;
    }

    private void send(SessionTurns.Ready turn) {
        RequestFeed.Written written = turn.written();
        turnsDue.increment();
        flights.send(
                flights.due(
                        written.number(),
                        turn.intendedNs(),
                        written.drawn(),
                        isHeld(turn.intendedNs())),
                written.request());
    }

    private boolean isHeld(long intendedNs) {
        return intendedNs <= heldUntilNs;
    }

    @Override
    public void ended(Flights.Ended ended) {
        if (ended.request().times().sentNs() != RequestRecord.NEVER) {
            slots.release();
        }
        boolean _ = turns.goOn(ended);
        time.changed();
    }

    @Override
    public long watermarkNs() {
        return turns.anyLive()
                ? Math.min(watermarkNs, turns.knownUntilNs(time.nowNs()))
                : watermarkNs;
    }

    @Override
    public long offeredBefore(long ns) {
        long from = Math.max(0, Math.min(ns, timeline.endNs()) - timeline.startNs());
        return (long) schedule.size() - schedule.countFrom(from) + turnsDue.sum();
    }

    @Override
    public SessionTurns turns() {
        return turns;
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

    /** What is left of the schedule was offered, too: it is recorded as never sent. */
    private void giveUp() {
        long now = time.nowNs();
        boolean stop = stopped.getAsBoolean();
        for (SessionTurns.Ready turn : turns.end(Math.min(now, timeline.endNs()))) {
            neverSent(turn.written().number(), turn.intendedNs(), turn.written().drawn());
        }
        for (int i = next; isDue(i) && !(stop && intendedNs(i) > now); i++) {
            Draws.Drawn drawn = feed.drawn(i);
            turns.neverBegun(drawn);
            neverSent(i, intendedNs(i), drawn);
        }
    }

    private void neverSent(long number, long intendedNs, Draws.Drawn drawn) {
        flights.neverSent(
                flights.due(number, intendedNs, drawn, isHeld(intendedNs)),
                stopped.getAsBoolean() ? "stopped" : "never sent: in-flight cap");
    }

    /** The schedule is drawn for the longest warm-up. */
    private boolean isDue(int index) {
        return index < schedule.size() && intendedNs(index) < timeline.endNs();
    }

    private long intendedNs(int index) {
        return timeline.startNs() + schedule.offsetNs(index);
    }
}
