package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.workloads.load.LoadResult;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether an engine has died under its load. Its requests break first: that it has ended is known a
 * moment later, which may be after the load where it died near its end.
 */
final class EngineDeath {
    private static final Duration LATE = Duration.ofSeconds(3);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private EngineDeath() {}

    /**
     * Its exit status; waits for it only where something broke.
     *
     * @param load absent where it came to no result
     */
    static OptionalInt after(Optional<LoadResult> load, RunningEngine engine)
            throws InterruptedException {
        long end = System.nanoTime() + LATE.toNanos();
        OptionalInt exit = engine.exitStatus();
        boolean broke = load.map(EngineDeath::broke).orElse(true);
        while (broke && exit.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(LOOK_AGAIN);
            exit = engine.exitStatus();
        }
        return exit;
    }

    private static boolean broke(LoadResult load) {
        return load.outcomes().keySet().stream().anyMatch(label -> !label.equals("Completed"))
                || !load.errors().isEmpty();
    }
}
