package dev.shakedown.reports.regression;

/**
 * The place that divides a stretch of a series best, by the energy distance of Matteson and James
 * (arXiv 1306.4933) with exponent 1. For the parts X = [start, split) of n and Y = [split, stop) of
 * m values
 *
 * <pre>
 * Q = 2/(n+m) Σ|x−y| − 2m/((n+m)(n−1)) Σ|x−x'| − 2n/((n+m)(m−1)) Σ|y−y'|
 * </pre>
 *
 * is largest over split <em>and</em> stop: what comes long after a change does not dilute it
 * (Fleming and others, arXiv 2301.03034). O(n²) in time and memory.
 *
 * @param index of the first value of the right part
 * @param energy Q there
 */
record ChangePointSplit(int index, double energy) {

    /** Of the values from {@code start} up to, not including, {@code end}; at least two. */
    static ChangePointSplit best(double[] values, int start, int end) {
        double[][] below = sumsBelow(values, start, end);
        int length = end - start;
        ChangePointSplit best = new ChangePointSplit(start, Double.NEGATIVE_INFINITY);
        double left = 0;
        for (int n = 1; n < length; n++) {
            left += below[n - 1][n - 1];
            double between = 0;
            double right = 0;
            for (int m = 1; n + m <= length; m++) {
                double[] last = below[n + m - 1];
                between += last[n];
                right += last[n + m - 1] - last[n];
                double energy =
                        2 * between / (n + m)
                                - 2.0 * m / (n + m) * perPair(left, n)
                                - 2.0 * n / (n + m) * perPair(right, m);
                if (energy > best.energy) {
                    best = new ChangePointSplit(start + n, energy);
                }
            }
        }
        return best;
    }

    /** One value has no pair; its part then has no spread of its own. */
    private static double perPair(double sum, int size) {
        return size == 1 ? 0 : sum / (size - 1);
    }

    /** {@code [j][t]}: the distances of value j to the first t values, for t up to j. */
    private static double[][] sumsBelow(double[] values, int start, int end) {
        double[][] sums = new double[end - start][];
        for (int j = 0; j < sums.length; j++) {
            sums[j] = new double[j + 1];
            for (int t = 0; t < j; t++) {
                sums[j][t + 1] = sums[j][t] + Math.abs(values[start + j] - values[start + t]);
            }
        }
        return sums;
    }
}
