package dev.shakedown.workloads.load;

import java.time.Duration;
import java.util.Optional;

/**
 * Arrivals that begin sessions: a user asks, reads the answer, thinks, and asks again. The prompt
 * of a turn is all that was said before, the server's own answers included, and new input behind
 * it.
 *
 * @param turns how many a session has
 * @param thinkMs milliseconds from the end of an answer to the user's next turn; empty: none
 */
@SuppressWarnings("OptionalUsedAsFieldOrParameterType")
public record Sessions(TokenLengths turns, Optional<TokenLengths> thinkMs) {

    /** How long a typical session lasts. */
    public Duration lasts(Duration answer) {
        return thinking().plus(answer.multipliedBy(turns.typical()));
    }

    /** What the user of a typical session thinks in all: it lasts longer than that. */
    public Duration thinking() {
        long pauses = turns.typical() - 1L;
        return Duration.ofMillis(pauses * thinkMs.map(TokenLengths::typical).orElse(0));
    }
}
