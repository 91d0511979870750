package dev.shakedown.harness.run;

import dev.shakedown.workloads.fabric.FabricLine;
import dev.shakedown.workloads.fabric.FabricOutcome;
import java.util.List;

/**
 * What the fabric job showed.
 *
 * @param lines all steps that the job reported, in order
 * @param evidence the telling lines, empty if it passed
 * @param log the job's whole log
 */
record FabricResult(
        FabricOutcome outcome, List<FabricLine> lines, List<String> evidence, List<String> log) {
    FabricResult {
        lines = List.copyOf(lines);
        evidence = List.copyOf(evidence);
        log = List.copyOf(log);
    }
}
