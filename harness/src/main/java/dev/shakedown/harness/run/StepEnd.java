package dev.shakedown.harness.run;

import dev.shakedown.reports.run.RunRecord.StepSpan;
import java.time.Duration;

/** A step that has ended, for whoever watches. */
public record StepEnd(String step, How how, String detail, Duration took) {

    /** How a step can end. */
    public enum How {
        SUCCEEDED,
        SKIPPED,
        FAILED
    }

    static StepEnd of(StepSpan span) {
        How how =
                switch (span.event()) {
                    case "succeeded" -> How.SUCCEEDED;
                    case "skipped" -> How.SKIPPED;
                    default -> How.FAILED;
                };
        return new StepEnd(
                span.step(), how, span.detail(), Duration.ofNanos(span.endNs() - span.startNs()));
    }
}
