package dev.shakedown.harness.run;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Work that Ctrl-C must not cut short: ending a cluster, writing a result. */
final class Uninterrupted {
    private Uninterrupted() {}

    /**
     * Does the work on a thread of its own and waits for it, whoever interrupts; an interrupt that
     * came meanwhile is dropped, for the caller is ending already.
     */
    static <T> T call(Work<T> work) {
        FutureTask<T> task = new FutureTask<>(work::run);
        Thread.ofPlatform().name("uninterrupted").start(task);
        while (!task.isDone()) {
            waitFor(task);
        }
        return switch (task.state()) {
            case SUCCESS -> task.resultNow();
            case FAILED, CANCELLED, RUNNING -> throw unchecked(task.exceptionNow());
        };
    }

    private static void waitFor(FutureTask<?> task) {
        try {
            task.get();
        } catch (InterruptedException | ExecutionException looked) {
            // The caller's loop sees whether it is done.
        }
    }

    private static RuntimeException unchecked(Throwable failure) {
        return switch (failure) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(failure);
        };
    }

    /** Something to do that throws nothing checked. */
    interface Work<T> {
        T run();
    }
}
