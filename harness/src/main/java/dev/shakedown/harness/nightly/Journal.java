package dev.shakedown.harness.nightly;

import java.nio.file.Path;
import java.util.List;

/**
 * A night's log and what it comes to, always in step.
 *
 * @param runs the folder in which the night's own and its runs' directories lie
 */
record Journal(NightLog log, NightState state, Path runs) implements AutoCloseable {

    static Journal of(NightLog log, List<NightEvent> soFar, Path runs) {
        return new Journal(log, NightState.of(soFar), runs);
    }

    void add(NightEvent event) {
        log.append(event);
        state.add(event);
    }

    Path directory(String run) {
        return runs.resolve(run);
    }

    @Override
    public void close() {
        log.close();
    }
}
