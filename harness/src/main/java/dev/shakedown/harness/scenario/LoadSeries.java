package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.load.Arrivals;
import java.util.List;

/** Several loads on one engine, one after the other, in one run. */
public sealed interface LoadSeries {

    /** The arrivals of the load that comes first. */
    Arrivals first();

    /** Each of these once, in their order. */
    record Sweep(List<Arrivals> arrivals) implements LoadSeries {
        public Sweep {
            if (arrivals.isEmpty()) {
                throw new IllegalArgumentException("a sweep must not be empty");
            }
            arrivals = List.copyOf(arrivals);
        }

        @Override
        public Arrivals first() {
            return arrivals.getFirst();
        }
    }

    /**
     * Poisson loads that close in on the highest rate at which the limits hold.
     *
     * @param fromPerSecond where the search begins; the limits should hold there
     * @param toPerSecond no higher rate is tried
     * @param within how far apart, as a share, a rate that holds and one that does not may be
     * @param confidence with which either is known, above 0.5 and below 1
     */
    record FindCapacity(double fromPerSecond, double toPerSecond, double within, double confidence)
            implements LoadSeries {
        public FindCapacity {
            if (!(fromPerSecond > 0) || !(toPerSecond > fromPerSecond)) {
                throw new IllegalArgumentException(
                        "findCapacity needs 0 < from < to, was %s and %s"
                                .formatted(fromPerSecond, toPerSecond));
            }
            if (!(within > 0) || !(confidence > 0.5) || !(confidence < 1)) {
                throw new IllegalArgumentException(
                        "findCapacity needs within > 0 and 0.5 < confidence < 1, was %s and %s"
                                .formatted(within, confidence));
            }
        }

        @Override
        public Arrivals first() {
            return new Arrivals.Poisson(fromPerSecond);
        }
    }
}
