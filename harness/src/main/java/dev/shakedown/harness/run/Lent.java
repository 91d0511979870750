package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.StepFailedException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Nodes that must be given back at some time: what is running then is stopped before. */
final class Lent {
    /** For logs and teardown. */
    static final Duration KEPT = Duration.ofMinutes(3);

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    private Lent() {}

    /** How long a step may take that would take {@code own} elsewhere. */
    static Duration left(Instant end, Duration own) {
        Duration left = Duration.between(Instant.now(), end.minus(KEPT));
        Duration some = left.isNegative() ? Duration.ZERO : left;
        return some.compareTo(own) < 0 ? some : own;
    }

    static StepFailedException over(Step step, Instant end) {
        return new StepFailedException(
                "%s was stopped: the Slurm allocation ends at %s, %s are kept for logs and teardown"
                        .formatted(step.name(), CLOCK.format(end), Durations.text(KEPT)),
                "",
                List.of(),
                "ask for more time (salloc --time), or shorten load.duration");
    }
}
