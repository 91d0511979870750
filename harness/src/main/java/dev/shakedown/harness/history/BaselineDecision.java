package dev.shakedown.harness.history;

import java.time.Instant;
import java.util.List;

/**
 * That somebody took runs as the level which later ones are held against, or took that back.
 *
 * @param id tells decisions apart, wherever they were taken
 * @param runs ids; none for a reset
 * @param at to the millisecond
 */
public record BaselineDecision(
        String id,
        String scenario,
        What what,
        List<String> runs,
        String who,
        String why,
        Instant at) {

    public BaselineDecision {
        runs = List.copyOf(runs);
    }

    /** The kinds of decision. */
    public enum What {
        ACCEPT,
        RESET
    }
}
