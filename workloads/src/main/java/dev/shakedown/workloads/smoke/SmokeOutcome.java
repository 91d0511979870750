package dev.shakedown.workloads.smoke;

import java.util.List;
import java.util.Locale;

/** How the smoke job ended. */
public sealed interface SmokeOutcome {

    /** One sentence. */
    String text();

    /** Every GPU worked and the answer is right. */
    record Passed(double pi, long samples, int gpus) implements SmokeOutcome {
        @Override
        public String text() {
            return String.format(
                    Locale.ROOT, "π ≈ %.6f from %,d samples on %d GPUs", pi, samples, gpus);
        }
    }

    /**
     * All GPUs worked, yet their samples do not give π.
     *
     * @param tolerance five standard errors of the estimate
     */
    record WrongAnswer(double pi, long samples, double tolerance) implements SmokeOutcome {
        @Override
        public String text() {
            return String.format(
                    Locale.ROOT,
                    "π ≈ %.6f from %,d samples is off by %.6f; at most %.6f is chance",
                    pi,
                    samples,
                    Math.abs(pi - Math.PI),
                    tolerance);
        }
    }

    /** Tasks succeeded, yet not one on each GPU. */
    record WrongPlacement(List<String> idle) implements SmokeOutcome {
        public WrongPlacement {
            idle = List.copyOf(idle);
        }

        @Override
        public String text() {
            return "stayed idle: " + String.join("; ", idle);
        }
    }

    /** The job failed, was stopped, or never started. */
    record NotFinished(String reason) implements SmokeOutcome {
        @Override
        public String text() {
            return "not finished: " + reason;
        }
    }
}
