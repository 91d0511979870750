package dev.shakedown.harness.diagnosis;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line that a known failure leaves in a log.
 *
 * @param layer where in the stack, from hardware to model
 * @param evidence how well the line is known: {@code log}, {@code doc} or {@code format}
 * @param notIn end of the names of log files in which the line means nothing; absent: in none
 * @param pattern for {@code find()} on one line without colours
 */
record Signature(
        String id,
        String layer,
        Role role,
        String evidence,
        String pattern,
        @JsonProperty("not_in") @Nullable String notIn,
        @JsonProperty("example_line") String exampleLine,
        String cause,
        String confirm,
        String fix,
        String source) {
    /** Whether the line counts in a log file of this name. */
    boolean countsIn(String file) {
        return notIn == null || !file.endsWith(notIn);
    }

    /** What a match means. */
    enum Role {
        /** It names a cause. */
        PRIMARY,
        /** It is a consequence of something. */
        SECONDARY,
        /** Context; never a cause. */
        INFO;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
