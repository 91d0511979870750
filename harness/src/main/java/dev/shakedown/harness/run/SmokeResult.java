package dev.shakedown.harness.run;

import dev.shakedown.workloads.smoke.PiLine;
import dev.shakedown.workloads.smoke.SlowGpu;
import dev.shakedown.workloads.smoke.SmokeOutcome;
import java.util.List;

/**
 * What the smoke job showed.
 *
 * @param lines all steps that the job reported, in order
 * @param slowGpus findings; they do not change the outcome
 * @param evidence the telling lines of Ray and of the job, empty if it passed
 * @param log the job's whole log
 */
record SmokeResult(
        SmokeOutcome outcome,
        List<PiLine> lines,
        List<SlowGpu> slowGpus,
        List<String> evidence,
        List<String> log) {

    public SmokeResult {
        lines = List.copyOf(lines);
        slowGpus = List.copyOf(slowGpus);
        evidence = List.copyOf(evidence);
        log = List.copyOf(log);
    }

    /** One line a GPU that ended, well or not. */
    public List<PiLine.Task> tasks() {
        return lines.stream()
                .filter(PiLine.Task.class::isInstance)
                .map(PiLine.Task.class::cast)
                .toList();
    }
}
