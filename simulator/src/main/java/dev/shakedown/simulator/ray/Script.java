package dev.shakedown.simulator.ray;

import java.util.List;

/** The lines of a simulated job, and how its process would exit. */
record Script(List<Step> steps, int exitCode) {
    Script {
        steps = List.copyOf(steps);
    }

    /**
     * @param at share of the whole run, 0 to 1
     */
    record Step(double at, String text) {}
}
