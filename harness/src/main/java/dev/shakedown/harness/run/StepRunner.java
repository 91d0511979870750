package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.reports.run.RunRecord.StepSpan;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs one step under its deadline, and writes down that it started and how it ended. */
final class StepRunner {
    private static final double NANOS_PER_SECOND = 1e9;

    /** How long a step that was told to stop may take to let go of what it holds. */
    private static final Duration LET_GO = Duration.ofSeconds(20);

    private final RunContext run;

    StepRunner(RunContext run) {
        this.run = run;
    }

    /** Returns normally when the step is done or skipped; throws what made it fail. */
    void execute(Step step) throws InterruptedException {
        long start = run.clock().nowNs();
        run.events().append(step.name(), "started", "", 0);
        run.listener().stepStarted(step.name());
        try {
            switch (underDeadline(step)) {
                case Step.Done(String detail) -> ended(step, "succeeded", detail, start);
                case Step.Skipped(String reason) -> ended(step, "skipped", reason, start);
            }
        } catch (StepFailedException e) {
            ended(step, "failed", e.what(), start);
            throw e;
        } catch (InterruptedException e) {
            ended(step, "failed", "interrupted", start);
            throw e;
        } catch (RuntimeException | Error e) {
            ended(step, "failed", "a bug in Shakedown: " + e, start);
            throw e;
        }
    }

    private Step.Result underDeadline(Step step) throws InterruptedException {
        FutureTask<Step.Result> task = new FutureTask<>(() -> step.execute(run));
        Thread thread = Thread.ofVirtual().name(step.name()).start(task);
        Duration deadline = step.deadline(run);
        try {
            return task.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            letGo(thread);
            throw new StepFailedException(
                    step.name()
                            + " did not finish within its deadline of "
                            + Durations.text(deadline),
                    "",
                    List.of(),
                    "raise the step's value under deadlines: in the scenario, or look into the logs of this run");
        } catch (InterruptedException e) {
            letGo(thread);
            throw e;
        } catch (ExecutionException e) {
            throw rethrow(e);
        }
    }

    private static void letGo(Thread thread) throws InterruptedException {
        thread.interrupt();
        thread.join(LET_GO);
    }

    private static RuntimeException rethrow(ExecutionException wrapped)
            throws InterruptedException {
        return switch (wrapped.getCause()) {
            case null -> new IllegalStateException(wrapped);
            case RuntimeException e -> e;
            case Error e -> throw e;
            case InterruptedException e -> throw e;
            case Throwable other -> new IllegalStateException(other);
        };
    }

    private void ended(Step step, String event, String detail, long start) {
        long end = run.clock().nowNs();
        StepSpan span = new StepSpan(step.name(), event, detail, start, end);
        run.addSpan(span);
        run.events().append(step.name(), event, detail, (end - start) / NANOS_PER_SECOND);
        run.listener().stepEnded(StepEnd.of(span));
    }
}
