package dev.shakedown.workloads.load;

import java.util.SplittableRandom;

/**
 * Draws from a gamma distribution of scale 1, by the rejection method of Marsaglia and Tsang (ACM
 * TOMS 26, 2000). With {@code StrictMath}, so that a seed gives the same draws on every machine,
 * which samplers of libraries do not promise.
 *
 * @param shape its mean, above 0
 */
record GammaDraws(double shape, SplittableRandom random) {

    double next() {
        // Below 1, a draw of shape + 1 times a power of a uniform one.
        double power = shape < 1 ? StrictMath.pow(1 - random.nextDouble(), 1 / shape) : 1;
        double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double normal = normal();
            double v = 1 + c * normal;
            double cube = v * v * v;
            if (v > 0
                    && StrictMath.log(1 - random.nextDouble())
                            < normal * normal / 2 + d * (1 - cube + StrictMath.log(cube))) {
                return d * cube * power;
            }
        }
    }

    /** By Box and Muller: two uniform draws a normal one. */
    private double normal() {
        double radius = Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
        return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
    }
}
