package dev.shakedown.workloads.load;

/** A distribution of token counts; drawn values are whole and at least 1. */
public sealed interface TokenLengths {

    /** Every request has the same length. */
    record Fixed(int tokens) implements TokenLengths {
        public Fixed {
            if (tokens < 1) {
                throw new IllegalArgumentException(
                        "a length must be at least 1 token, was " + tokens);
            }
        }
    }

    /**
     * Lognormal, given by its median and its 99th percentile (draws are cut at the latter times
     * two).
     */
    record LogNormal(int median, int p99) implements TokenLengths {
        public LogNormal {
            if (median < 1 || p99 <= median) {
                throw new IllegalArgumentException(
                        "lognormal needs 1 <= median < p99, was median " + median + ", p99 " + p99);
            }
        }
    }

    /** Uniform between both ends, both included. */
    record Uniform(int min, int max) implements TokenLengths {
        public Uniform {
            if (min < 1 || max < min) {
                throw new IllegalArgumentException(
                        "uniform needs 1 <= min <= max, was " + min + " to " + max);
            }
        }
    }
}
