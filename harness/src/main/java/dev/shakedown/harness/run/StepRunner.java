package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import dev.shakedown.harness.engine.Secrets;
import dev.shakedown.harness.run.StepEnd.How;
import dev.shakedown.reports.run.RunRecord.StepSpan;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs one step under its deadline, and writes down that it started and how it ended. */
final class StepRunner {
    /** How long a step that was told to stop may take to let go of what it holds. */
    private static final Duration LET_GO = Duration.ofSeconds(20);

    private final RunContext run;
    private final Optional<Instant> lentUntil;

    /** For steps that must run in any case: logs, teardown. */
    StepRunner(RunContext run) {
        this(run, Optional.empty());
    }

    /** For steps that must leave time for those. */
    StepRunner(RunContext run, Optional<Instant> lentUntil) {
        this.run = run;
        this.lentUntil = lentUntil;
    }

    /** Returns normally when the step is done or skipped; throws what made it fail. */
    void execute(Step step) throws InterruptedException {
        long start = run.clock().nowNs();
        run.events().started(step.name());
        run.listener().stepStarted(step.name());
        try {
            switch (underDeadline(step)) {
                case Step.Done(String detail) -> ended(step, How.SUCCEEDED, detail, start);
                case Step.Skipped(String reason) -> ended(step, How.SKIPPED, reason, start);
            }
        } catch (StepFailedException e) {
            ended(step, How.FAILED, e.what(), start);
            throw e;
        } catch (InterruptedException e) {
            ended(step, How.FAILED, "interrupted", start);
            throw e;
        } catch (RuntimeException | Error e) {
            ended(step, How.FAILED, "a bug in Shakedown: " + e, start);
            throw e;
        }
    }

    private Step.Result underDeadline(Step step) throws InterruptedException {
        Duration own = step.deadline(run);
        Duration deadline = lentUntil.map(end -> Lent.left(end, own)).orElse(own);
        if (deadline.isZero()) {
            throw Lent.over(step, lentUntil.orElseThrow());
        }
        FutureTask<Step.Result> task = new FutureTask<>(() -> step.execute(run));
        Thread thread = Thread.ofVirtual().name(step.name()).start(task);
        try {
            return task.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            letGo(thread);
            if (deadline.compareTo(own) < 0) {
                throw Lent.over(step, lentUntil.orElseThrow());
            }
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
            case RayRequestException e ->
                    new StepFailedException(
                            e.getMessage(), "", List.of(), "look into the head's dashboard.log");
            case UncheckedIOException e ->
                    new StepFailedException(
                            "a file could not be read or written",
                            "",
                            List.of(String.valueOf(e.getCause())),
                            "look at its disk: space and permissions");
            case RuntimeException e -> e;
            case Error e -> throw e;
            case InterruptedException e -> throw e;
            case Throwable other -> new IllegalStateException(other);
        };
    }

    /** The detail may quote what a server or a log said. */
    private void ended(Step step, How how, String detail, long start) {
        StepSpan span =
                new StepSpan(
                        step.name(), how.key(), Secrets.masked(detail), start, run.clock().nowNs());
        run.addSpan(span);
        run.events().ended(span);
        run.listener().stepEnded(StepEnd.of(span));
    }
}
