package dev.shakedown.harness.history;

import java.time.Instant;
import java.util.Optional;

/**
 * Which runs to list.
 *
 * @param scenario its name; absent for all
 * @param loads also the loads inside of runs that make several
 */
public record RunFilter(Optional<String> scenario, Optional<Instant> since, boolean loads) {
    /** All runs, without the loads of series. */
    public static final RunFilter ALL = new RunFilter(Optional.empty(), Optional.empty(), false);

    /** Those of one scenario, which may be the name of a load. */
    public static RunFilter of(String scenario) {
        return new RunFilter(Optional.of(scenario), Optional.empty(), true);
    }
}
