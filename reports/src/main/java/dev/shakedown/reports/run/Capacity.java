package dev.shakedown.reports.run;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/**
 * What the search for a capacity found.
 *
 * @param holds the highest rate at which the limits hold; absent where they hold at none
 * @param fails the lowest rate above it at which they do not; absent where none was found
 */
public record Capacity(Optional<Side> holds, Optional<Side> fails) {

    /** By what a load is judged. */
    enum Criterion {
        LIMITS("meet all limits"),
        PACE("are kept up with");

        private final String many;

        Criterion(String many) {
            this.many = many;
        }

        String many() {
            return many;
        }
    }

    String text(Criterion criterion) {
        String over =
                fails.map(side -> side.requests() + " do not" + side.counted())
                        .orElse("no higher rate was tried");
        return holds.map(
                        side ->
                                "%s %s%s; %s"
                                        .formatted(
                                                side.requests(),
                                                criterion.many,
                                                side.counted(),
                                                over))
                .orElseGet(() -> "no rate was found that holds: " + over);
    }

    /**
     * One end of the interval in which the capacity lies.
     *
     * @param rate requests/s
     * @param loads how many there were at this rate
     * @param agree how many of them met the limits, or did not
     * @param confidence that such a load does so more often than not, however often one looked
     */
    public record Side(double rate, int loads, int agree, double confidence) {
        private String requests() {
            return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString() + " requests/s";
        }

        private String counted() {
            return String.format(
                    Locale.ROOT,
                    " (%d of %d loads, %.0f %% sure)",
                    agree,
                    loads,
                    Math.floor(100 * confidence));
        }
    }
}
