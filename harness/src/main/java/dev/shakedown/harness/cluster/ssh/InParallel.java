package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.StepFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/** The same for all hosts at once. */
final class InParallel {
    private InParallel() {}

    /** What became of one host: a result, or why there is none. */
    sealed interface Outcome<T> {}

    record Done<T>(T value) implements Outcome<T> {}

    record Failed<T>(StepFailedException why) implements Outcome<T> {}

    /** In the hosts' order; a failed host hinders no other. An interrupt is passed on to all. */
    static <H, T> List<Outcome<T>> of(List<H> hosts, Function<H, T> work) {
        List<FutureTask<Outcome<T>>> tasks = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (H host : hosts) {
            FutureTask<Outcome<T>> task = new FutureTask<>(() -> outcome(host, work));
            tasks.add(task);
            threads.add(Thread.ofVirtual().start(task));
        }
        List<Outcome<T>> outcomes = new ArrayList<>();
        for (FutureTask<Outcome<T>> task : tasks) {
            outcomes.add(await(task, threads));
        }
        return outcomes;
    }

    /** All results; if a host failed, all failures as one. */
    static <H, T> List<T> all(List<H> hosts, Function<H, T> work) {
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

    private static <T> T await(FutureTask<T> task, List<Thread> threads) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    threads.forEach(Thread::interrupt);
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof RuntimeException known
                            ? known
                            : new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
