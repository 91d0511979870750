package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.diagnosis.Diagnosis.Outcome;
import dev.shakedown.harness.diagnosis.Diagnosis.Rung;
import dev.shakedown.reports.run.RunRecord.StepSpan;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The bring-up steps as rungs of the diagnosis: how far the run came, and where it stopped. */
final class Ladder {
    private Ladder() {}

    private record Failed(String node, List<String> evidence) {}

    static List<Rung> of(List<StepSpan> spans, Ending ending) {
        Failed failed =
                ending instanceof Ending.Failed(String _, StepFailedException failure)
                        ? new Failed(failure.node(), failure.evidence())
                        : new Failed("", List.of());
        return spans.stream().map(span -> rung(span, failed)).toList();
    }

    private static Rung rung(StepSpan span, Failed failed) {
        return switch (StepEnd.How.of(span)) {
            case SUCCEEDED -> new Rung(span.step(), "", Outcome.OK, span.detail());
            case SKIPPED -> new Rung(span.step(), "", Outcome.SKIPPED, span.detail());
            case FAILED ->
                    new Rung(span.step(), failed.node(), Outcome.FAILED, evidence(span, failed));
        };
    }

    private static String evidence(StepSpan span, Failed failed) {
        return Stream.concat(Stream.of(span.detail()), failed.evidence().stream())
                .collect(Collectors.joining("\n"));
    }
}
