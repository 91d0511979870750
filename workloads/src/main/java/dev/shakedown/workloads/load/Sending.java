package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.LoadRecording;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One load's schedule and what is in flight of it, however its time passes. */
final class Sending {
    /** Cancelled exchanges end at once; this only bounds the wait for them. */
    private static final long CANCEL_NS = 5_000_000_000L;

    private final Seconds.Watched watched;
    private final Time time;
    private final BooleanSupplier stopped;

    private Sending(Seconds.Watched watched, Time time, BooleanSupplier stopped) {
        this.watched = watched;
        this.time = time;
        this.stopped = stopped;
    }

    /**
     * How requests get to the server, and when.
     *
     * @param writers write later turns of sessions
     */
    record Way(
            RequestFeed feed,
            Sender sender,
            Executor writers,
            Time time,
            BooleanSupplier stopped) {}

    /** Of a plan that begins at a moment of the run. */
    static Sending of(LoadPlan plan, Slo slo, long startNs, LoadRecording recording, Way way) {
        Tally tally = new Tally(slo, plan.arrivals().openLoop());
        Timeline timeline = Timeline.of(plan, startNs);
        AtomicReference<Dispatch> dispatch = new AtomicReference<>();
        Flights flights =
                new Flights(
                        way.sender,
                        recording,
                        timeline,
                        tally,
                        ended -> dispatch.get().ended(ended));
        SessionTurns turns = new SessionTurns(way.feed, way.writers, way.time::changed);
        dispatch.set(
                dispatch(
                        plan,
                        new Dispatch.Surroundings(
                                timeline, way.feed, flights, turns, way.time, way.stopped)));
        return new Sending(
                new Seconds.Watched(recording, timeline, flights, dispatch.get(), tally),
                way.time,
                way.stopped);
    }

    Seconds.Watched watched() {
        return watched;
    }

    /**
     * Whether everything had ended by the drain's deadline, by itself. An interrupt ends it, and
     * stays set.
     */
    boolean sendAndDrain() {
        try {
            watched.dispatch().run();
            if (awaitEmpty(watched.timeline().drainEndNs())) {
                return true;
            }
            cancel();
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Gives up what is in flight, and waits until it has ended. */
    private void cancel() {
        Flights flights = watched.flights();
        flights.cancelAll();
        long deadline = System.nanoTime() + CANCEL_NS;
        while (flights.inFlight() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private boolean awaitEmpty(long deadlineNs) throws InterruptedException {
        while (watched.flights().inFlight() > 0) {
            if (stopped.getAsBoolean() || time.nowNs() >= deadlineNs) {
                return false;
            }
            time.awaitChange(deadlineNs);
        }
        return true;
    }

    private static Dispatch dispatch(LoadPlan plan, Dispatch.Surroundings run) {
        return switch (plan.arrivals()) {
            case Arrivals.ClosedLoop loop -> new ClosedLoop(loop, run);
            case Arrivals.Open open -> {
                Schedule schedule =
                        Schedule.draw(
                                FireTimes.of(open, plan.prompts().seed()),
                                plan.longestWarmUp().plus(plan.duration()));
                yield new OpenLoop(schedule, plan.maxInFlight(), run);
            }
        };
    }
}
