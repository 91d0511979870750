package dev.shakedown.workloads.load;

import java.util.Collections;
import java.util.List;

/** A distribution of counts, mostly of tokens; drawn values are whole and at least 1. */
public sealed interface TokenLengths {

    /** No draw is longer. */
    long longest();

    /** The one number that stands for it: the median. */
    int typical();

    /** Every request has the same length. */
    record Fixed(int tokens) implements TokenLengths {
        public Fixed {
            if (tokens < 1) {
                throw new IllegalArgumentException(
                        "a length must be at least 1 token, was " + tokens);
            }
        }

        @Override
        public long longest() {
            return tokens;
        }

        @Override
        public int typical() {
            return tokens;
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

        @Override
        public long longest() {
            return 2L * p99;
        }

        @Override
        public int typical() {
            return median;
        }
    }

    /**
     * Normal, rounded, and cut at 1 and at four standard deviations above the mean: where that cuts
     * much off below, the mean of the draws is higher.
     */
    record Normal(int mean, int stddev) implements TokenLengths {
        private static final int WIDEST = 4;

        public Normal {
            if (mean < 1 || stddev < 0) {
                throw new IllegalArgumentException(
                        "normal needs mean >= 1 and stddev >= 0, was " + mean + " and " + stddev);
            }
        }

        @Override
        public long longest() {
            return mean + (long) WIDEST * stddev;
        }

        @Override
        public int typical() {
            return mean;
        }
    }

    /**
     * One a request, in this order; after the last one the first again.
     *
     * @param source what told them: {@link #TRACE} or {@link #FILE}
     */
    record Listed(String source, List<Integer> tokens) implements TokenLengths {
        /** The trace that gives the times of the requests, too. */
        public static final String TRACE = "trace";

        /** The file of the prompts. */
        public static final String FILE = "file";

        public Listed {
            if (tokens.isEmpty() || tokens.stream().anyMatch(length -> length < 1)) {
                throw new IllegalArgumentException("a list of lengths needs some, each at least 1");
            }
            tokens = List.copyOf(tokens);
        }

        int of(long number) {
            return tokens.get((int) (number % tokens.size()));
        }

        @Override
        public long longest() {
            return Collections.max(tokens);
        }

        @Override
        public int typical() {
            return tokens.stream().sorted().toList().get(tokens.size() / 2);
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

        @Override
        public long longest() {
            return max;
        }

        @Override
        public int typical() {
            return (min + max) / 2;
        }
    }
}
