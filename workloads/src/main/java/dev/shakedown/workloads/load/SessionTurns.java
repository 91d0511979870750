package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.RequestRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * The later turns of sessions, in the order in which they are due: each when its user has thought
 * about the answer before, which is its intended time. A turn that fails ends its session. In a
 * load without sessions there are none.
 */
final class SessionTurns {
    /** Between the end of an answer and the moment it is known here. */
    private static final long UNKNOWN_NS = 100_000_000;

    /** A turn that can be sent. */
    record Ready(long intendedNs, RequestFeed.Written written) {}

    private final RequestFeed feed;
    private final Executor writers;
    private final Runnable changed;
    private final PriorityQueue<Ready> ready =
            new PriorityQueue<>(
                    Comparator.comparingLong(Ready::intendedNs)
                            .thenComparingLong(turn -> turn.written().number()));

    /** Intended times of the turns that are being written, with how many have it. */
    private final TreeMap<Long, Integer> unwritten = new TreeMap<>();

    private Optional<Throwable> failure = Optional.empty();
    private boolean over;
    private int live;
    private long begun;
    private long lost;
    private long tooLong;
    private long unfinished;

    /**
     * @param writers write turns away from the threads that read answers
     * @param changed called when a turn can be sent
     */
    SessionTurns(RequestFeed feed, Executor writers, Runnable changed) {
        this.feed = feed;
        this.writers = writers;
        this.changed = changed;
    }

    /** A request is about to be sent that nobody's answer led to. */
    synchronized void begin(Draws.Drawn first) {
        if (first.turn().isPresent()) {
            begun++;
            live++;
        }
    }

    /** Of a session that never began. */
    synchronized void neverBegun(Draws.Drawn first) {
        first.turn()
                .ifPresent(
                        turn -> {
                            begun++;
                            lost += turn.left();
                        });
    }

    /** Whether the session of this request goes on. */
    boolean goOn(Flights.Ended ended) {
        Optional<Turn> turn = ended.due().drawn().turn();
        if (turn.isEmpty()) {
            return false;
        }
        Optional<Draws.NextTurn> next = next(turn.get(), ended);
        next.ifPresent(one -> write(one, ended));
        return next.isPresent();
    }

    private synchronized Optional<Draws.NextTurn> next(Turn turn, Flights.Ended ended) {
        Optional<Draws.NextTurn> next = Optional.empty();
        if (!(ended.request().outcome() instanceof Outcome.Completed)) {
            lost += turn.left();
        } else if (over) {
            unfinished += turn.left();
        } else {
            next = feed.following(ended.due().drawn(), tokens(ended.request()));
            if (next.isEmpty()) {
                tooLong += turn.left();
            }
        }
        next.ifPresentOrElse(
                one -> unwritten.merge(intendedNs(one, ended.request()), 1, Integer::sum),
                () -> live--);
        return next;
    }

    private void write(Draws.NextTurn next, Flights.Ended ended) {
        RequestRecord request = ended.request();
        writers.execute(
                () -> {
                    try {
                        written(
                                new Ready(
                                        intendedNs(next, request),
                                        feed.write(next, ended.answer(), tokens(request))));
                    } catch (Throwable e) {
                        // A task's boundary: the thread that sends throws it.
                        failed(intendedNs(next, request), e);
                    }
                    changed.run();
                });
    }

    /** What the session has come to, as the server counted it. */
    private static int tokens(RequestRecord request) {
        return request.inputTokens() + request.outputTokens();
    }

    private static long intendedNs(Draws.NextTurn next, RequestRecord before) {
        return before.times().streamEndNs() + next.thinkNs();
    }

    private synchronized void written(Ready turn) {
        noLongerUnwritten(turn.intendedNs());
        if (over) {
            unfinished(turn);
        } else {
            ready.add(turn);
        }
    }

    /** Ends the session. */
    private synchronized void failed(long intendedNs, Throwable why) {
        noLongerUnwritten(intendedNs);
        live--;
        failure = Optional.of(why);
    }

    private void noLongerUnwritten(long intendedNs) {
        unwritten.computeIfPresent(intendedNs, (_, count) -> count == 1 ? null : count - 1);
    }

    /**
     * When the next turn is due that can be sent; {@link Long#MAX_VALUE} while there is none.
     *
     * @throws IllegalStateException if one could not be written
     */
    synchronized long nextNs() {
        failure.ifPresent(
                why -> {
                    throw new IllegalStateException(
                            "A turn of a session could not be written: " + why, why);
                });
        return ready.isEmpty() ? Long.MAX_VALUE : ready.peek().intendedNs();
    }

    /** Whose time is {@link #nextNs}. */
    synchronized Ready take() {
        return ready.remove();
    }

    /** Whether a session goes on, so that turns may come that are not known yet. */
    synchronized boolean anyLive() {
        return live > 0;
    }

    /** No turn can be due before this that is not known. */
    synchronized long knownUntilNs(long nowNs) {
        long known = nowNs - UNKNOWN_NS;
        if (!unwritten.isEmpty()) {
            known = Math.min(known, unwritten.firstKey());
        }
        return ready.isEmpty() ? known : Math.min(known, ready.peek().intendedNs());
    }

    /**
     * Sends no more turns.
     *
     * @return those that were due before a time, and could not be sent
     */
    synchronized List<Ready> end(long ns) {
        over = true;
        List<Ready> due = new ArrayList<>();
        while (!ready.isEmpty()) {
            Ready turn = ready.remove();
            if (turn.intendedNs() < ns) {
                live--;
                lost += turn.written().drawn().turn().orElseThrow().left();
                due.add(turn);
            } else {
                unfinished(turn);
            }
        }
        return due;
    }

    /** With the turns behind it. */
    private void unfinished(Ready turn) {
        live--;
        unfinished += 1L + turn.written().drawn().turn().orElseThrow().left();
    }

    synchronized Counts counts() {
        return new Counts(begun, lost, tooLong, unfinished);
    }

    /** As {@link LoadResult.SessionFacts} has them. */
    record Counts(long begun, long lost, long tooLong, long unfinished) {}
}
