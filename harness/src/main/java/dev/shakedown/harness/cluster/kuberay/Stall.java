package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.StepFailedException;
import java.time.Duration;
import java.util.List;

/**
 * Why pods do not come up.
 *
 * @param what one sentence
 * @param where the pod or object
 * @param next what to type or change
 * @param hope whether waiting may help
 */
record Stall(String what, String where, List<String> evidence, String next, Hope hope) {
    Stall {
        evidence = List.copyOf(evidence);
    }

    /** How long a stall may last before it ends the step. */
    enum Hope {
        /** Somebody must change something: it ends the step soon. */
        NONE(Duration.ofSeconds(5)),
        /** It may pass by itself, as an empty node comes back: it lasts until the deadline. */
        SOME(Duration.ofDays(1));

        private final Duration patience;

        Hope(Duration patience) {
            this.patience = patience;
        }

        Duration patience() {
            return patience;
        }
    }

    /** As the reason why the step failed. */
    StepFailedException failure(String prefix) {
        return new StepFailedException(prefix + what, where, evidence, next);
    }

    /** The same stall of the same object, though its counts may differ. */
    String key() {
        return where + "/" + next;
    }
}
