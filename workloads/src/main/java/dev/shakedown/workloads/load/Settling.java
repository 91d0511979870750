package dev.shakedown.workloads.load;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The measured phase began before the load had settled. The end of settling is the one that MSER-5
 * finds: of all beginnings of the series, as means of 5 values, that one is left out without which
 * the mean of the rest is known best (White, Cobb and Spratt, A comparison of five steady-state
 * truncation heuristics for simulation, Winter Simulation Conference 2000). It is taken for one
 * only where its mean lies far from the rest, since chance leaves out something of every series.
 *
 * @param what settled: {@code in flight}, {@code output tokens/s} or {@code TPOT}
 * @param seconds of the measured phase that were not steady
 * @param before mean of these, in requests, tokens a second or milliseconds
 * @param after mean of the rest
 */
public record Settling(String what, int seconds, double before, double after) {
    private static final int BATCH = 5;
    private static final int BATCHES_AT_LEAST = 4;

    /**
     * Share of the mean, and standard deviations of one batch. By simulation, fewer than 3 of 100
     * steady series of 60 s that swing by 10 % are taken for one that settles, and 88 of 100 that
     * begin at nothing are found.
     */
    private static final double FAR = 0.2;

    private static final double DEVIATIONS = 4;

    /** The longest settling of several series. */
    static Optional<Settling> of(List<Series> all) {
        return all.stream()
                .flatMap(series -> of(series).stream())
                .max(Comparator.comparingInt(Settling::seconds));
    }

    /** One value for each second of the measured phase, or for its beginning. */
    record Series(String what, List<Double> values) {
        Series {
            values = List.copyOf(values);
        }
    }

    private static Optional<Settling> of(Series series) {
        double[] batches = batches(series.values);
        int cut = truncation(batches);
        if (batches.length < BATCHES_AT_LEAST || cut == 0) {
            return Optional.empty();
        }
        double before = mean(batches, 0, cut);
        double after = mean(batches, cut, batches.length);
        double apart = Math.abs(before - after);
        double swing = Math.sqrt(squares(batches, cut) / (batches.length - cut));
        return apart > FAR * Math.abs(after) && apart > DEVIATIONS * swing
                ? Optional.of(new Settling(series.what, cut * BATCH, before, after))
                : Optional.empty();
    }

    /** How many values MSER leaves out at the beginning; at most half of them. */
    static int truncation(double[] values) {
        int best = 0;
        double least = Double.MAX_VALUE;
        for (int cut = 0; cut <= values.length / 2 && cut < values.length; cut++) {
            double rest = values.length - cut;
            double error = squares(values, cut) / (rest * rest);
            if (error < least) {
                least = error;
                best = cut;
            }
        }
        return best;
    }

    private static double[] batches(List<Double> values) {
        double[] all = values.stream().mapToDouble(Double::doubleValue).toArray();
        return IntStream.range(0, all.length / BATCH)
                .mapToDouble(i -> mean(all, i * BATCH, (i + 1) * BATCH))
                .toArray();
    }

    private static double mean(double[] values, int from, int to) {
        return Arrays.stream(values, from, to).average().orElse(0);
    }

    private static double squares(double[] values, int from) {
        double mean = mean(values, from, values.length);
        return Arrays.stream(values, from, values.length).map(x -> (x - mean) * (x - mean)).sum();
    }
}
