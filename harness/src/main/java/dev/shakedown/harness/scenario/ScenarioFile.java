package dev.shakedown.harness.scenario;

import java.util.List;

/** What became of a scenario file. */
public sealed interface ScenarioFile {

    /**
     * It can be run.
     *
     * @param scenarios one, or one a variant of its {@code matrix}, in the file's order
     * @param warnings what will make a run less useful than hoped, each with its place
     */
    record Loaded(List<Scenario> scenarios, List<Problem> warnings) implements ScenarioFile {
        public Loaded {
            scenarios = List.copyOf(scenarios);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * It cannot be run.
     *
     * @param problems all of them, in the file's order; only encoding, size and syntax stop at the
     *     first
     */
    record Rejected(List<Problem> problems) implements ScenarioFile {
        public Rejected {
            problems = List.copyOf(problems);
        }
    }
}
