package dev.shakedown.reports.run;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Points of a curve or a time series in the order they came; cheap at a million of them. */
public final class Points {
    private final double[] x;
    private final double[] y;

    private Points(double[] x, double[] y) {
        this.x = x;
        this.y = y;
    }

    /** No points. */
    public static Points none() {
        return new Builder().build();
    }

    public int size() {
        return x.length;
    }

    public boolean isEmpty() {
        return x.length == 0;
    }

    public double x(int i) {
        return x[i];
    }

    public double y(int i) {
        return y[i];
    }

    /** The largest y; 0 where there is none. */
    public double maxY() {
        return Arrays.stream(y).max().orElse(0);
    }

    /** The same points with another x. */
    public Points mapX(DoubleUnaryOperator f) {
        return new Points(Arrays.stream(x).map(f).toArray(), y);
    }

    /** The same points with another y. */
    public Points mapY(DoubleUnaryOperator f) {
        return new Points(x, Arrays.stream(y).map(f).toArray());
    }

    /** Collects points. */
    public static final class Builder {
        private double[] x = new double[64];
        private double[] y = new double[64];
        private int size;

        /** Adds one at the end. */
        public Builder add(double newX, double newY) {
            if (size == x.length) {
                x = Arrays.copyOf(x, size * 2);
                y = Arrays.copyOf(y, size * 2);
            }
            x[size] = newX;
            y[size++] = newY;
            return this;
        }

        public Points build() {
            return new Points(Arrays.copyOf(x, size), Arrays.copyOf(y, size));
        }
    }
}
