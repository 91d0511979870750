package dev.shakedown.workloads.load;

import java.util.List;

/**
 * A rate over time: pieces in a row, then the last piece's end for ever. Seconds and requests a
 * second.
 *
 * @param pieces at least one
 */
record RateCurve(List<Piece> pieces) {
    RateCurve {
        pieces = List.copyOf(pieces);
    }

    static RateCurve of(Arrivals.Ramp ramp) {
        return new RateCurve(
                List.of(
                        new Piece(
                                ramp.fromPerSecond(),
                                ramp.toPerSecond(),
                                ramp.over().toNanos() / 1e9,
                                ramp.exponential())));
    }

    static RateCurve of(Arrivals.Stages stages) {
        return new RateCurve(
                stages.stages().stream()
                        .map(
                                stage ->
                                        new Piece(
                                                stage.ratePerSecond(),
                                                stage.ratePerSecond(),
                                                stage.length().toNanos() / 1e9,
                                                false))
                        .toList());
    }

    /** How a rate goes from one value to the next within some seconds. */
    record Piece(double from, double to, double seconds, boolean exponential) {

        /** Requests expected in the first {@code t} seconds: the integral of the rate. */
        double expected(double t) {
            if (from == to) {
                return from * t;
            }
            if (exponential) {
                return from / growth() * StrictMath.expm1(growth() * t);
            }
            return from * t + (to - from) * t * t / (2 * seconds);
        }

        /** After how many seconds so many requests are expected; the inverse of the integral. */
        double secondsUntil(double requests) {
            if (from == to) {
                return requests / from;
            }
            if (exponential) {
                return StrictMath.log1p(requests * growth() / from) / growth();
            }
            // The root of a quadratic in its form without cancellation.
            double slope = (to - from) / seconds;
            return 2 * requests / (from + Math.sqrt(from * from + 2 * slope * requests));
        }

        /** Of the logarithm of the rate, a second. */
        private double growth() {
            return StrictMath.log(to / from) / seconds;
        }
    }

    /** Requests expected in the first {@code t} seconds. */
    double expected(double t) {
        double left = t;
        double sum = 0;
        for (Piece piece : pieces) {
            if (left <= piece.seconds) {
                return sum + piece.expected(left);
            }
            sum += piece.expected(piece.seconds);
            left -= piece.seconds;
        }
        return sum + left * pieces.getLast().to;
    }

    /** When so many requests are expected. */
    double secondsUntil(double requests) {
        double left = requests;
        double at = 0;
        for (Piece piece : pieces) {
            double all = piece.expected(piece.seconds);
            if (left <= all) {
                return at + piece.secondsUntil(left);
            }
            left -= all;
            at += piece.seconds;
        }
        return at + left / pieces.getLast().to;
    }
}
