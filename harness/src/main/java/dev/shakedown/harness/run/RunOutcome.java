package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.reports.run.RunRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run that has ended, whichever way.
 *
 * @param cause what the diagnosis found, line by line; empty if nothing failed or nothing is known
 * @param kept present where the run has left its cluster up
 */
public record RunOutcome(
        RunDirectory directory,
        RunRecord record,
        Ending ending,
        List<String> cause,
        Optional<KeptRun> kept) {
    public RunOutcome {
        cause = List.copyOf(cause);
    }

    /** What a run comes to for whoever started it. */
    public enum Grade {
        PASSED,
        LIMIT_MISSED,
        NOT_TRUSTED,
        NOT_USABLE,
        INTERRUPTED,
        BUG
    }

    public Grade grade() {
        return switch (ending) {
            case Ending.Bug _ -> Grade.BUG;
            case Ending.Interrupted _ -> Grade.INTERRUPTED;
            case Ending.Failed(String step, _) ->
                    step.equals(CalibrateStep.NAME) ? Grade.NOT_TRUSTED : Grade.NOT_USABLE;
            case Ending.Complete _ ->
                    switch (record.verdict()) {
                        case PASSED -> Grade.PASSED;
                        case FAILED -> Grade.LIMIT_MISSED;
                        case INVALID -> Grade.NOT_TRUSTED;
                        case ABORTED -> Grade.NOT_USABLE;
                    };
        };
    }

    /** The run's entry in {@code run --json}. */
    public Map<String, Object> summary() {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("directory", directory.path().toString());
        summary.put("scenario", record.scenarioName());
        summary.put("verdict", record.verdict());
        summary.put("validity", record.validity());
        summary.put("reasons", record.reasons());
        return summary;
    }
}
