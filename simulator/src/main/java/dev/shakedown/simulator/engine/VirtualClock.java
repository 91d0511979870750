package dev.shakedown.simulator.engine;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that jumps from one action to the next; those of one time run in the order given. */
public final class VirtualClock implements Ticks {
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::number));
    private long nowNanos;
    private long count;

    private record Event(long atNanos, long number, Runnable action) {}

    @Override
    public Runnable after(Duration delay, Runnable action) {
        Event event = new Event(nowNanos + delay.toNanos(), count++, action);
        events.add(event);
        return () -> events.remove(event);
    }

    /** Since it was made. */
    @Override
    public long nanoTime() {
        return nowNanos;
    }

    /** Until nothing is left to do. */
    public void run() {
        while (!events.isEmpty()) {
            runFirst();
        }
    }

    /** Goes to the next action and does it; to the moment if that is earlier. */
    public void runNext(long untilNanos) {
        Event next = events.peek();
        if (next == null || next.atNanos > untilNanos) {
            nowNanos = Math.max(nowNanos, untilNanos);
        } else {
            runFirst();
        }
    }

    private void runFirst() {
        Event next = events.remove();
        nowNanos = next.atNanos;
        next.action.run();
    }
}
