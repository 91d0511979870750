package dev.shakedown.harness.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Function;

/** The same for all hosts at once. */
public final class InParallel {
    private InParallel() {}

    /** What became of one host: a result, or why there is none. */
    public sealed interface Outcome<T> {}

    public record Done<T>(T value) implements Outcome<T> {}

    public record Failed<T>(StepFailedException why) implements Outcome<T> {}

    private record Started<T>(List<FutureTask<T>> tasks, List<Thread> threads) {
        static <H, T> Started<T> of(List<H> hosts, Function<H, T> work) {
            List<FutureTask<T>> tasks =
                    hosts.stream().map(host -> new FutureTask<>(() -> work.apply(host))).toList();
            return new Started<>(tasks, tasks.stream().map(Thread.ofVirtual()::start).toList());
        }
    }

    /**
     * In the hosts' order; a failed host hinders no other. Returns when all have ended: an
     * interrupt is passed on to each, and anything unforeseen is thrown after the last.
     */
    public static <H, T> List<Outcome<T>> of(List<H> hosts, Function<H, T> work) {
        Started<Outcome<T>> started = Started.of(hosts, host -> outcome(host, work));
        join(started.threads());
        return started.tasks().stream().map(InParallel::result).toList();
    }

    /**
     * For at most so long; what has not ended by then is interrupted and left, as all is when the
     * caller is interrupted. Anything that a host threw is thrown in the end.
     */
    public static <H> void within(Duration limit, List<H> hosts, Consumer<H> work) {
        long end = System.nanoTime() + limit.toNanos();
        Started<Boolean> started =
                Started.of(
                        hosts,
                        host -> {
                            work.accept(host);
                            return true;
                        });
        try {
            for (Thread thread : started.threads()) {
                boolean _ = thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        started.threads().forEach(Thread::interrupt);
        started.tasks().stream().filter(Future::isDone).forEach(InParallel::result);
    }

    /** All results; if a host failed, all failures as one. */
    public static <H, T> List<T> all(List<H> hosts, Function<H, T> work) {
        List<T> results = new ArrayList<>();
        List<StepFailedException> failures = new ArrayList<>();
        for (Outcome<T> outcome : of(hosts, work)) {
            switch (outcome) {
                case Done<T>(T value) -> results.add(value);
                case Failed<T>(StepFailedException why) -> failures.add(why);
            }
        }
        if (!failures.isEmpty()) {
            throw together(failures);
        }
        return results;
    }

    private static StepFailedException together(List<StepFailedException> failures) {
        StepFailedException first = failures.getFirst();
        if (failures.size() == 1) {
            return first;
        }
        List<String> evidence = new ArrayList<>(first.evidence());
        failures.stream().skip(1).forEach(f -> evidence.add(f.node() + ": " + f.what()));
        return new StepFailedException(
                first.what() + " (and " + (failures.size() - 1) + " more hosts failed)",
                first.node(),
                evidence,
                first.next());
    }

    private static <H, T> Outcome<T> outcome(H host, Function<H, T> work) {
        try {
            return new Done<>(work.apply(host));
        } catch (StepFailedException e) {
            return new Failed<>(e);
        }
    }

    private static void join(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                    threads.forEach(Thread::interrupt);
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of a task that has ended. */
    private static <T> T result(Future<T> task) {
        return switch (task.state()) {
            case SUCCESS -> task.resultNow();
            case FAILED, CANCELLED, RUNNING -> throw unforeseen(task.exceptionNow());
        };
    }

    private static RuntimeException unforeseen(Throwable failure) {
        return switch (failure) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(failure);
        };
    }
}
