package dev.shakedown.harness.run;

import java.util.Optional;

/**
 * What the caller of a run may choose.
 *
 * @param stopAfter name of the last step to do, as {@code Smoke}; teardown follows all the same
 */
public record RunOptions(Optional<String> stopAfter) {}
