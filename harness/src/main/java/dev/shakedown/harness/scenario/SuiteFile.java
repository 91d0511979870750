package dev.shakedown.harness.scenario;

import java.util.List;

/** What became of a suite file. */
public sealed interface SuiteFile {

    /**
     * It can be run.
     *
     * @param warnings what will make a night less useful than hoped, each with its place
     */
    record Loaded(Suite suite, List<Problem> warnings) implements SuiteFile {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * It cannot be run.
     *
     * @param problems all of them, those of the suite's own file first
     */
    record Rejected(List<Problem> problems) implements SuiteFile {
        public Rejected {
            problems = List.copyOf(problems);
        }
    }
}
