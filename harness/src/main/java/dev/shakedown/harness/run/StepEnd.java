package dev.shakedown.harness.run;

import dev.shakedown.reports.run.RunRecord.StepSpan;
import java.time.Duration;
import java.util.Locale;

/** A step that has ended, for whoever watches. */
public record StepEnd(String step, How how, String detail, Duration took) {

    /** How a step can end. */
    public enum How {
        SUCCEEDED,
        SKIPPED,
        FAILED;

        /** The word for it in {@code events.jsonl} and {@code run.json}. */
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        static How of(StepSpan span) {
            return valueOf(span.event().toUpperCase(Locale.ROOT));
        }
    }

    static StepEnd of(StepSpan span) {
        return new StepEnd(
                span.step(),
                How.of(span),
                span.detail(),
                Duration.ofNanos(span.endNs() - span.startNs()));
    }
}
