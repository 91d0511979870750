package dev.shakedown.reports;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.Shape;
import dev.shakedown.reports.run.RunRecord.State;
import dev.shakedown.reports.run.RunRecord.StepSpan;
import dev.shakedown.reports.run.RunRecord.Validity;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Run records for tests: the same run with another end. */
public final class Runs {
    private Runs() {}

    /** A run that died while its cluster came up: no load, no metrics, no smoke job. */
    public static RunRecord aborted(String text) {
        return new RunRecord(
                1,
                "20261123T200000Z-aborted-ffffff",
                Map.of(),
                text,
                text,
                false,
                Instant.parse("2026-11-23T20:00:00Z"),
                new Shape(2, 8, 0, 0, 0, "", ""),
                List.of(),
                List.of(
                        new StepSpan("Preflight", "succeeded", "", 0, 2_000_000_000L),
                        new StepSpan("ClusterUp", "failed", text, 2_000_000_000L, 9_000_000_000L)),
                Map.of("host", text),
                0,
                Map.of(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(new LimitResult("ttft.p99", "2 s", "–", Optional.empty())),
                Validity.VALID,
                State.STEADY,
                List.of(new Reason("STEP_FAILED", text)),
                Verdict.ABORTED,
                Map.of("vllm serve", text));
    }

    /** The same run with another kind and verdict. */
    public static RunRecord as(
            RunRecord run, boolean simulated, Verdict verdict, Reason... reasons) {
        return new RunRecord(
                run.schemaVersion(),
                run.id(),
                run.scenario(),
                run.scenarioName(),
                run.question(),
                simulated,
                run.startedAt(),
                run.shape(),
                run.phases(),
                run.steps(),
                run.fingerprint(),
                run.offered(),
                run.outcomes(),
                run.metrics(),
                run.rates(),
                run.smoke(),
                run.fabric(),
                run.series(),
                run.floor(),
                run.gpus(),
                verdict == Verdict.FAILED
                        ? List.of(
                                new LimitResult("ttft.p99", "2 s", "2.31 s", Optional.of(false)),
                                new LimitResult("tpot.p99", "80 ms", "38 ms", Optional.of(true)))
                        : run.limits(),
                verdict == Verdict.INVALID ? Validity.INVALID : Validity.VALID,
                verdict == Verdict.FAILED ? State.SATURATED : State.STEADY,
                List.of(reasons),
                verdict,
                run.equivalents());
    }
}
