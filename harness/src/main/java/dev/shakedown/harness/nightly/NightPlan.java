package dev.shakedown.harness.nightly;

import dev.shakedown.harness.run.Durations;
import dev.shakedown.harness.scenario.Suite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How many pairs each scenario gets: the suite's number, or what power asks for and a budget has
 * room for. A confirmation of as many pairs of the longest scenario is kept in reserve.
 */
final class NightPlan {
    private static final double SECONDS_PER_HOUR = 3_600;
    private static final int MOST = 100;

    private final Suite suite;
    private final Journal journal;
    private final Optional<Duration> budget;

    NightPlan(Suite suite, Journal journal, Optional<Duration> budget) {
        this.suite = suite;
        this.journal = journal;
        this.budget = budget;
    }

    /**
     * What is known of a scenario before its pairs.
     *
     * @param seconds that one start takes, with its load
     * @param gpus that are held meanwhile; 0 where none is
     * @param noise of each metric
     */
    record Known(String scenario, double seconds, int gpus, List<Noise> noise) {}

    /** A metric's A/A changes, and the change that matters. */
    record Noise(String metric, Power power, double delta) {}

    /**
     * What a budget has room for.
     *
     * @param each seconds that a pair of every scenario takes, with its share of the reserve
     */
    private record Room(double spent, double each, double left) {
        long pairs() {
            return (long) Math.floor(left / Math.max(each, 1e-3));
        }

        /** The least budget with which something is decided. */
        Duration enough() {
            return seconds(spent + Power.FEWEST * each);
        }
    }

    int pairs(String scenario) {
        return journal.state().plan(scenario).map(NightEvent.Planned::pairs).orElse(suite.pairs());
    }

    /** Why so many; empty where the suite says so. */
    Optional<String> why(String scenario) {
        return journal.state().plan(scenario).map(NightEvent.Planned::why);
    }

    /** Decides once; a night that goes on keeps to it. */
    void decide(List<Known> scenarios) {
        if (budget.isEmpty() || scenarios.isEmpty()) {
            return;
        }
        double round = scenarios.stream().mapToDouble(one -> 2 * one.seconds()).sum();
        double reserve = suite.confirm() ? 2 * longest(scenarios) : 0;
        Room room = new Room(journal.state().seconds(), round + reserve, left());
        for (Known one : scenarios) {
            if (journal.state().plan(one.scenario()).isEmpty()) {
                long pairs = Math.clamp(Math.min(room.pairs(), needed(one)), 0, MOST);
                journal.add(
                        new NightEvent.Planned(one.scenario(), (int) pairs, why(one, pairs, room)));
            }
        }
    }

    /** Whether there is time for so many more starts; always, where nobody limits it. */
    boolean affords(double seconds) {
        return budget.isEmpty() || left() >= seconds;
    }

    private double left() {
        return budget.orElse(Duration.ZERO).toMillis() / 1000.0 - journal.state().seconds();
    }

    private static double longest(List<Known> scenarios) {
        return scenarios.stream().mapToDouble(Known::seconds).max().orElse(0);
    }

    private static long needed(Known one) {
        return one.noise().stream()
                .mapToLong(noise -> noise.power().pairs(noise.delta()))
                .max()
                .orElse(Power.FEWEST);
    }

    private String why(Known one, long pairs, Room room) {
        List<String> words = new ArrayList<>();
        Duration all = budget.orElse(Duration.ZERO);
        words.add(
                "%s: %d pairs in %s, of %d that show every change that matters"
                        .formatted(one.scenario(), pairs, Durations.text(all), needed(one)));
        if (room.pairs() < Power.FEWEST) {
            words.add(
                    "fewer than %d decide nothing, give it %s or more"
                            .formatted(Power.FEWEST, Durations.text(room.enough())));
        } else {
            words.add(cost(one, pairs));
            words.add("in 4 nights of 5 they show " + shows(one, pairs));
            words.add("noise from %d A/A pairs".formatted(seen(one)));
        }
        return String.join("; ", words) + ".";
    }

    private static String cost(Known one, long pairs) {
        double seconds = 2 * pairs * one.seconds();
        String time = "about " + Durations.text(seconds(seconds));
        return one.gpus() == 0
                ? time
                : String.format(
                        Locale.ROOT,
                        "%s and %.1f GPU-hours",
                        time,
                        one.gpus() * seconds / SECONDS_PER_HOUR);
    }

    private static String shows(Known one, long pairs) {
        return one.noise().stream()
                .map(
                        noise ->
                                String.format(
                                        Locale.ROOT,
                                        "%.1f %% of %s%s",
                                        100 * noise.power().change(pairs),
                                        noise.metric(),
                                        noise.power().change(pairs) > noise.delta()
                                                ? String.format(
                                                        Locale.ROOT,
                                                        " (%.1f %% matters)",
                                                        100 * noise.delta())
                                                : ""))
                .collect(Collectors.joining(", "));
    }

    private static int seen(Known one) {
        return one.noise().stream().mapToInt(noise -> noise.power().seen()).max().orElse(0);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
