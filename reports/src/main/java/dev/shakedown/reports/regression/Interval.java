package dev.shakedown.reports.regression;

/** From low to high, both included. */
public record Interval(double low, double high) {

    boolean holds(double value) {
        return low <= value && value <= high;
    }

    boolean within(double delta) {
        return low >= -delta && high <= delta;
    }
}
