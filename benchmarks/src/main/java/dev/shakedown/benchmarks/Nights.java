package dev.shakedown.benchmarks;

import dev.shakedown.reports.regression.PrimaryMetric;
import dev.shakedown.reports.regression.PrimaryMetric.Better;
import dev.shakedown.reports.regression.PrimaryMetric.Scale;
import dev.shakedown.reports.regression.Sample;
import dev.shakedown.reports.regression.Threshold;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Simulated nights: run-level values of one scenario's primary metrics, six baseline runs and six
 * of the candidate in the order ABBA…, with the noise that real nights have.
 *
 * <p>The logarithm of a value is the sum of: the night (both arms alike), the node of the pair
 * (both alike), a load on the cluster that drifts from run to run (AR(1)), the run itself, whose
 * own spread differs from run to run (lognormal). Half of each is shared by all metrics of the run.
 * One value in fifty is an outlier, on the bad side, and half of those are shared, too. The shares
 * are of the variance of a run inside a night; outliers come on top.
 */
final class Nights {
    static final int PAIRS = 6;

    private static final double NIGHT = 1.0;
    private static final double NODE = 0.25;
    private static final double LOAD = 0.35;
    private static final double OWN = 0.40;
    private static final double PERSISTENCE = 0.7;
    private static final double UNEVEN = 0.4;
    private static final double SHARED = 0.5;
    private static final double OUTLIERS = 0.01;
    private static final double OUTLIER = 5;

    /** All with a delta of 3 %; TPOT, for all metrics of a family are alike here. */
    private static final List<PrimaryMetric> FAMILY = family(7);

    private final SplittableRandom random;
    private final double cv;

    Nights(long seed, double cv) {
        random = new SplittableRandom(seed);
        this.cv = cv;
    }

    /**
     * A night in which the first metric of the candidate is worse by this share, others are not.
     */
    List<Sample> draw(double shift) {
        int metrics = FAMILY.size();
        double[][] noise = new double[metrics + 1][];
        for (int m = 0; m <= metrics; m++) {
            noise[m] = night();
        }
        List<Sample> samples = new ArrayList<>();
        for (int m = 0; m < metrics; m++) {
            double worse = m == 0 ? Math.log1p(shift) : 0;
            List<Double> baseline = new ArrayList<>();
            List<Double> candidate = new ArrayList<>();
            for (int slot = 0; slot < 2 * PAIRS; slot++) {
                double log =
                        Math.sqrt(SHARED) * noise[metrics][slot]
                                + Math.sqrt(1 - SHARED) * noise[m][slot];
                boolean first = slot % 4 == 0 || slot % 4 == 3;
                (first ? baseline : candidate).add(100 * Math.exp(log + (first ? 0 : worse)));
            }
            samples.add(new Sample(FAMILY.get(m), baseline, candidate, true));
        }
        return samples;
    }

    /** Twelve slots of one night. */
    private double[] night() {
        double[] slots = new double[2 * PAIRS];
        double night = normal(NIGHT);
        double load = normal(LOAD);
        double node = 0;
        for (int slot = 0; slot < slots.length; slot++) {
            load = PERSISTENCE * load + normal(LOAD * (1 - PERSISTENCE * PERSISTENCE));
            node = slot % 2 == 0 ? normal(NODE) : node;
            double own = normal(OWN) * Math.exp(UNEVEN * random.nextGaussian() - UNEVEN * UNEVEN);
            double outlier =
                    random.nextDouble() < OUTLIERS ? OUTLIER * Math.abs(random.nextGaussian()) : 0;
            slots[slot] = cv * (night + load + node + own + outlier);
        }
        return slots;
    }

    private double normal(double variance) {
        return Math.sqrt(variance) * random.nextGaussian();
    }

    private static List<PrimaryMetric> family(int size) {
        List<PrimaryMetric> family = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String name = "metric" + i;
            family.add(
                    new PrimaryMetric(
                            name,
                            name,
                            "ms",
                            Better.LOWER,
                            Scale.RELATIVE,
                            new Threshold(0.03, 0)));
        }
        return List.copyOf(family);
    }
}
