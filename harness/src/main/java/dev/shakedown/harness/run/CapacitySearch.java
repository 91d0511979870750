package dev.shakedown.harness.run;

import dev.shakedown.harness.scenario.LoadSeries.FindCapacity;
import dev.shakedown.reports.run.Capacity;
import dev.shakedown.reports.run.Capacity.Side;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Closes in on the highest rate at which a load meets the limits more often than not: doubling
 * until one does not, halving the interval (on a logarithmic scale) until it is narrow enough, then
 * loads at both of its ends until either is sure. A later load that contradicts an earlier one
 * moves the interval.
 *
 * <p>Sure: the loads at a rate are tosses of a coin. That the coin is fair, or lands the other way
 * more often, is given up when the evidence against it reaches 1/(1 - confidence), which happens
 * with a chance of 1 - confidence at most, however often one looks (Ville's inequality; the
 * evidence is the likelihood ratio with a uniform mixture over the better half, after Robbins,
 * "Statistical methods related to the law of the iterated logarithm", 1970).
 */
final class CapacitySearch {
    /** Digits of a rate; more would not be told apart. */
    private static final MathContext DIGITS = new MathContext(4);

    static final int MOST_LOADS = 200;
    private static final double DOUBLE = 2;

    private final FindCapacity asked;
    private final int mostAtOneRate;
    private final NavigableMap<Double, Votes> tried = new TreeMap<>();
    private int loads;

    CapacitySearch(FindCapacity asked) {
        this.asked = asked;
        mostAtOneRate = 4 * leastLoads(asked.confidence());
    }

    /** How many loads of one mind it takes to be so sure. */
    static int leastLoads(double confidence) {
        int loads = 1;
        while (evidence(loads, loads) * (1 - confidence) < 1) {
            loads++;
        }
        return loads;
    }

    /** Loads at one rate. */
    private record Votes(int met, int missed) {
        int all() {
            return met + missed;
        }

        boolean holds() {
            return met > missed;
        }

        boolean fails() {
            return missed > met;
        }

        Side side(double rate) {
            int agree = Math.max(met, missed);
            return new Side(rate, all(), agree, Math.max(0, 1 - 1 / evidence(agree, all())));
        }
    }

    /** Requests a second of the next load; empty when enough is known. */
    OptionalDouble next() {
        if (loads >= MOST_LOADS) {
            return OptionalDouble.empty();
        }
        Optional<Double> over = lowestThatFails();
        Optional<Double> under = highestThatHolds(over);
        if (tried.isEmpty()) {
            return OptionalDouble.of(asked.fromPerSecond());
        }
        if (over.isEmpty()) {
            return growing();
        }
        if (under.isEmpty()) {
            return shrinking(over.get());
        }
        OptionalDouble between = between(under.get(), over.get());
        return between.isPresent() ? between : unsure(under.get(), over.get());
    }

    /** How the load at the rate that {@link #next} gave has ended. */
    void ended(double rate, boolean met) {
        loads++;
        tried.merge(
                rate,
                new Votes(met ? 1 : 0, met ? 0 : 1),
                (old, one) -> new Votes(old.met + one.met, old.missed + one.missed));
    }

    /** What is known by now. */
    Capacity answer() {
        Optional<Double> over = lowestThatFails();
        Optional<Double> under = highestThatHolds(over);
        return new Capacity(
                under.map(rate -> votes(rate).side(rate)),
                over.map(rate -> votes(rate).side(rate)));
    }

    /** Nothing fails yet. */
    private OptionalDouble growing() {
        double top = tried.lastKey();
        boolean open = !undecided(top);
        if (open && !votes(top).holds()) {
            return OptionalDouble.of(top);
        }
        if (top < asked.toPerSecond()) {
            return OptionalDouble.of(Math.min(asked.toPerSecond(), rounded(top * DOUBLE)));
        }
        return open && !sure(top) ? OptionalDouble.of(top) : OptionalDouble.empty();
    }

    /** Nothing holds: only the lowest rate can be asked again. */
    private OptionalDouble shrinking(double over) {
        double lowest = tried.firstKey();
        if (over > lowest && !undecided(lowest)) {
            return OptionalDouble.of(lowest);
        }
        return sure(over) || undecided(over) ? OptionalDouble.empty() : OptionalDouble.of(over);
    }

    /** Halves the wider of the gaps that rates which stay undecided leave. */
    private OptionalDouble between(double under, double over) {
        Collection<Double> inside = tried.subMap(under, false, over, false).keySet();
        double from = under;
        for (double stop : inside) {
            if (!undecided(stop)) {
                return OptionalDouble.of(stop);
            }
            if (wide(from, stop)) {
                return halved(from, stop);
            }
            from = stop;
        }
        return wide(from, over) ? halved(from, over) : OptionalDouble.empty();
    }

    private boolean wide(double under, double over) {
        return over / under > 1 + asked.within() && halved(under, over).isPresent();
    }

    private static OptionalDouble halved(double under, double over) {
        double middle = rounded(Math.sqrt(under * over));
        return middle > under && middle < over ? OptionalDouble.of(middle) : OptionalDouble.empty();
    }

    private OptionalDouble unsure(double under, double over) {
        if (!sure(under)) {
            return OptionalDouble.of(under);
        }
        return sure(over) ? OptionalDouble.empty() : OptionalDouble.of(over);
    }

    private Optional<Double> lowestThatFails() {
        return tried.entrySet().stream()
                .filter(rate -> rate.getValue().fails() && !undecided(rate.getKey()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private Optional<Double> highestThatHolds(Optional<Double> below) {
        return tried.descendingMap().entrySet().stream()
                .filter(rate -> below.isEmpty() || rate.getKey() < below.get())
                .filter(rate -> rate.getValue().holds() && !undecided(rate.getKey()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private boolean sure(double rate) {
        Votes votes = votes(rate);
        int agree = Math.max(votes.met, votes.missed);
        return evidence(agree, votes.all()) * (1 - asked.confidence()) >= 1;
    }

    /** So close to the edge that no bearable number of loads can tell its side. */
    private boolean undecided(double rate) {
        return votes(rate).all() >= mostAtOneRate && !sure(rate);
    }

    private Votes votes(double rate) {
        return tried.getOrDefault(rate, new Votes(0, 0));
    }

    private static double rounded(double rate) {
        return new BigDecimal(rate).round(DIGITS).doubleValue();
    }

    /**
     * The evidence that heads are more likely than tails: {@code 2^(n+1)} times the integral of
     * {@code p^heads (1-p)^tails} from 1/2 to 1.
     */
    static double evidence(int heads, int tosses) {
        double ways = 1;
        for (int i = 1; i <= heads; i++) {
            ways = ways * (tosses - heads + i) / i;
        }
        return Math.pow(2, tosses + 1) / ((tosses + 1) * ways) * atMost(heads, tosses + 1);
    }

    /** P(X <= {@code heads}) of so many tosses of a fair coin. */
    private static double atMost(int heads, int tosses) {
        double ways = 1;
        double sum = 0;
        for (int i = 0; i <= heads; i++) {
            sum += ways;
            ways = ways * (tosses - i) / (i + 1);
        }
        return sum / Math.pow(2, tosses);
    }
}
