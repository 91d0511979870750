package dev.shakedown.simulator.engine;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Later, on the one thread that owns the simulation; a test's clock is another one. */
@FunctionalInterface
public interface Ticks {

    /** Nanoseconds since some moment. */
    default long nanoTime() {
        return System.nanoTime();
    }

    /** What is returned cancels it, if called on that thread before it runs. */
    Runnable after(Duration delay, Runnable action);

    /**
     * By an event loop. An action that throws is reported instead of vanishing in a future that
     * nobody reads.
     *
     * @param loop single-threaded
     */
    static Ticks on(ScheduledExecutorService loop) {
        return (delay, action) -> {
            Future<?> scheduled =
                    loop.schedule(() -> reported(action), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        };
    }

    private static void reported(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException bug) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, bug);
        }
    }
}
