package dev.shakedown.workloads.load;

import java.util.random.RandomGenerator;

/** Draws token counts. */
final class Lengths {
    /** The standard normal distribution's 99 % quantile. */
    private static final double Z99 = 2.3263478740408408;

    private Lengths() {}

    /**
     * A length.
     *
     * @param number of the request, from 0
     */
    static int draw(TokenLengths lengths, long number, RandomGenerator random) {
        return switch (lengths) {
            case TokenLengths.Fixed(int tokens) -> tokens;
            case TokenLengths.Uniform(int min, int max) ->
                    (int) random.nextLong(min, (long) max + 1);
            case TokenLengths.Normal normal -> {
                double drawn = normal.mean() + normal.stddev() * random.nextGaussian();
                yield (int) Math.max(1, Math.min(normal.longest(), Math.round(drawn)));
            }
            case TokenLengths.LogNormal(int median, int p99) -> {
                double sigma = StrictMath.log((double) p99 / median) / Z99;
                double drawn = median * StrictMath.exp(sigma * random.nextGaussian());
                yield (int) Math.max(1, Math.min(2.0 * p99, Math.rint(drawn)));
            }
            case TokenLengths.Listed listed -> listed.of(number);
        };
    }
}
