package dev.shakedown.reports.regression;

import java.util.List;
import java.util.Locale;

/**
 * Which part of a distribution moved, in a word. A percentile has moved if its band excludes 0 and
 * its change is at least a third of the largest such change and {@value #LEAST}; it stood still if
 * its change is smaller than that. What is neither is not counted.
 *
 * @param part the part
 * @param percentile where it begins (ABOVE) or ends (BELOW); 0 for the others
 */
public record Where(Part part, double percentile) {
    private static final double LEAST = 0.02;
    private static final double SHARE = 1 / 3.0;

    /** Parts of a distribution. */
    public enum Part {
        EVERYWHERE,
        ABOVE,
        BELOW,
        /** In the middle, or in several places. */
        SOME,
        NOWHERE
    }

    /** Of changes in the direction of {@code sign}. */
    public static Where of(ShiftFunction shift, double sign) {
        List<ShiftFunction.Point> points =
                shift.points().stream()
                        .filter(p -> p.change() * sign > 0 || still(p, LEAST))
                        .toList();
        double largest =
                points.stream()
                        .filter(p -> p.moved(LEAST))
                        .mapToDouble(p -> Math.abs(p.change()))
                        .max()
                        .orElse(0);
        if (largest == 0) {
            return new Where(Part.NOWHERE, 0);
        }
        double least = Math.max(LEAST, largest * SHARE);
        double firstMoved = first(points, least, true);
        double lastMoved = last(points, least, true);
        double firstStill = first(points, least, false);
        double lastStill = last(points, least, false);
        if (Double.isNaN(firstStill)) {
            return new Where(Part.EVERYWHERE, 0);
        }
        if (firstMoved > lastStill) {
            return new Where(Part.ABOVE, lastStill);
        }
        return lastMoved < firstStill ? new Where(Part.BELOW, firstStill) : new Where(Part.SOME, 0);
    }

    /** As {@code only above p90}; empty where nothing moved. */
    public String text() {
        return switch (part) {
            case EVERYWHERE -> "at all percentiles";
            case ABOVE -> "only above " + name();
            case BELOW -> "only below " + name();
            case SOME -> "at some percentiles";
            case NOWHERE -> "";
        };
    }

    private String name() {
        return "p"
                + (percentile == Math.rint(percentile)
                        ? String.valueOf((int) percentile)
                        : String.format(Locale.ROOT, "%.1f", percentile));
    }

    private static double first(List<ShiftFunction.Point> points, double least, boolean moved) {
        return points.stream()
                .filter(p -> moved ? p.moved(least) : still(p, least))
                .mapToDouble(ShiftFunction.Point::percentile)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static double last(List<ShiftFunction.Point> points, double least, boolean moved) {
        return first(points.reversed(), least, moved);
    }

    private static boolean still(ShiftFunction.Point point, double least) {
        return Math.abs(point.change()) < least;
    }
}
