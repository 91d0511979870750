package dev.shakedown.benchmarks;

import dev.shakedown.reports.regression.ComparisonVerdict;
import dev.shakedown.reports.regression.Deltas;
import dev.shakedown.reports.regression.Gate;
import dev.shakedown.reports.regression.MetricResult;
import dev.shakedown.reports.regression.Sample;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How often the gate alarms when nothing changed, and how often it finds what did; the same for
 * rules that others use, on the same nights, as they are and with thresholds raised until they
 * alarm as rarely as the gate.
 *
 * <p>A suite has four scenarios of seven primary metrics. A night is a false alarm if any of the 28
 * is called worse; its power is how often the one shifted metric of one scenario is.
 */
public final class OperatingCharacteristics {
    private static final int SCENARIOS = 4;
    private static final double[] CVS = {0.01, 0.02, 0.03, 0.05};
    private static final double[] SHIFTS = {0.03, 0.05, 0.06, 0.10};
    private static final double DRIFT = 0.005;
    private static final int MOST_NIGHTS = 60;
    private static final Gate GATE = Gate.with(Deltas.defaults());

    private final PrintStream out;
    private final int nights;
    private final double cv;
    private final List<List<Deque<Double>>> past = new ArrayList<>();

    private OperatingCharacteristics(PrintStream out, int nights, double cv) {
        this.out = out;
        this.nights = nights;
        this.cv = cv;
    }

    /** Prints Markdown tables; the argument is the number of suite-nights without a change. */
    public static void main(String[] arguments) {
        int nights = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
        PrintStream out = System.out;
        out.printf(
                Locale.ROOT,
                "%,d suite-nights of %d scenarios without a change, %,d nights a power figure; %d pairs, delta 3 %%%n",
                nights,
                SCENARIOS,
                nights / 5,
                Nights.PAIRS);
        for (double cv : CVS) {
            new OperatingCharacteristics(out, nights, cv).print();
        }
    }

    private void print() {
        out.printf(
                Locale.ROOT,
                "%nCV %.0f %%%n%n| rule | false alarms, %% of suite-nights |",
                cv * 100);
        for (double shift : SHIFTS) {
            out.printf(Locale.ROOT, " power at %.0f %% |", shift * 100);
        }
        out.printf("%n| --- | --- |%s%n", " --- |".repeat(SHIFTS.length));
        Quiet quiet = quiet();
        double[][] power = power(quiet.matched);
        row("Shakedown, confirmed by six fresh pairs", quiet.ours, power[0]);
        row("Shakedown, first stage alone", quiet.suspected, power[1]);
        int at = 2;
        for (OtherRule rule : OtherRule.values()) {
            row(rule.label, quiet.others.getOrDefault(rule, 0.0), power[at++]);
            String raised =
                    "the same from %.4g: as rare as Shakedown"
                            .formatted(Math.abs(quiet.matched.getOrDefault(rule, 0.0)));
            row(raised, Math.max(quiet.ours, 1.0 / nights), power[at++]);
        }
        out.printf(
                Locale.ROOT,
                "%nOf scenario-nights without a change: %.1f %% EQUIVALENT or IMPROVED, %.1f %% INCONCLUSIVE. A drift of %.1f %% a night"
                        + " against a fixed baseline is found after %s.%n",
                100 * quiet.passed,
                100 * (1 - quiet.passed - quiet.regressed),
                DRIFT * 100,
                drift());
    }

    private void row(String rule, double alarms, double[] power) {
        out.printf(Locale.ROOT, "| %s | %.2f |", rule, alarms * 100);
        Arrays.stream(power).forEach(share -> out.printf(Locale.ROOT, " %.1f |", share * 100));
        out.println();
    }

    /** What comes of nights without a change, as shares. */
    private record Quiet(
            double ours,
            double suspected,
            double passed,
            double regressed,
            Map<OtherRule, Double> others,
            Map<OtherRule, Double> matched) {}

    private Quiet quiet() {
        Nights draw = new Nights(1, cv);
        remember(draw);
        int alarms = 0;
        int suspicions = 0;
        int passed = 0;
        int regressed = 0;
        Map<OtherRule, double[]> worst = new EnumMap<>(OtherRule.class);
        for (OtherRule rule : OtherRule.values()) {
            worst.put(rule, new double[nights]);
        }
        for (int night = 0; night < nights; night++) {
            boolean alarm = false;
            boolean suspicion = false;
            Map<OtherRule, Double> scores = new EnumMap<>(OtherRule.class);
            for (int scenario = 0; scenario < SCENARIOS; scenario++) {
                List<Sample> samples = draw.draw(0);
                List<MetricResult> first = GATE.judge(samples);
                suspicion |= suspects(first);
                List<MetricResult> last =
                        suspects(first) ? GATE.confirm(first, draw.draw(0)) : first;
                boolean bad = regressed(last);
                alarm |= bad;
                regressed += bad ? 1 : 0;
                passed += !bad && last.stream().noneMatch(MetricResult::mayHaveRegressed) ? 1 : 0;
                scores(samples, past.get(scenario), scores);
            }
            alarms += alarm ? 1 : 0;
            suspicions += suspicion ? 1 : 0;
            int at = night;
            worst.forEach((rule, all) -> all[at] = scores.getOrDefault(rule, 0.0));
        }
        double ours = alarms / (double) nights;
        Map<OtherRule, Double> others = new EnumMap<>(OtherRule.class);
        Map<OtherRule, Double> matched = new EnumMap<>(OtherRule.class);
        worst.forEach(
                (rule, all) -> {
                    double often = Arrays.stream(all).filter(s -> s > rule.usual).count();
                    others.put(rule, often / nights);
                    matched.put(rule, matched(all, Math.max(ours, 1.0 / nights)));
                });
        double scenarios = (double) nights * SCENARIOS;
        return new Quiet(
                ours,
                suspicions / (double) nights,
                passed / scenarios,
                regressed / scenarios,
                others,
                matched);
    }

    /** The score above which no more than this share of nights lies. */
    private static double matched(double[] scores, double share) {
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        int above = (int) Math.floor(share * sorted.length);
        return sorted[sorted.length - 1 - above];
    }

    /** The worst score over the metrics of a scenario; then the night belongs to the past. */
    private static void scores(
            List<Sample> samples, List<Deque<Double>> scenario, Map<OtherRule, Double> scores) {
        for (int m = 0; m < samples.size(); m++) {
            for (OtherRule rule : OtherRule.values()) {
                scores.merge(rule, rule.score(samples.get(m), scenario.get(m)), Math::max);
            }
            OtherRule.remember(samples.get(m), scenario.get(m));
        }
    }

    private void remember(Nights draw) {
        for (int scenario = 0; scenario < SCENARIOS; scenario++) {
            List<Deque<Double>> metrics = new ArrayList<>();
            for (int night = 0; night < OtherRule.LOOK_BACK; night++) {
                List<Sample> samples = draw.draw(0);
                for (int m = 0; m < samples.size(); m++) {
                    if (metrics.size() <= m) {
                        metrics.add(OtherRule.nothing());
                    }
                    OtherRule.remember(samples.get(m), metrics.get(m));
                }
            }
            past.add(metrics);
        }
    }

    /** Rows in the order of the table, a column a shift: how often the shifted metric is named. */
    private double[][] power(Map<OtherRule, Double> matched) {
        OtherRule[] rules = OtherRule.values();
        double[][] found = new double[2 + 2 * rules.length][SHIFTS.length];
        int times = nights / 5;
        for (int s = 0; s < SHIFTS.length; s++) {
            Nights draw = new Nights(1_000 + s, cv);
            for (int night = 0; night < times; night++) {
                List<Sample> samples = draw.draw(SHIFTS[s]);
                List<MetricResult> first = GATE.judge(samples);
                if (first.getFirst().suspected()) {
                    found[1][s]++;
                    List<MetricResult> last = GATE.confirm(first, draw.draw(SHIFTS[s]));
                    found[0][s] += named(last) ? 1 : 0;
                }
                Sample shifted = samples.getFirst();
                Deque<Double> before = past.getFirst().getFirst();
                for (int r = 0; r < rules.length; r++) {
                    double score = rules[r].score(shifted, before);
                    found[2 + 2 * r][s] += score > rules[r].usual ? 1 : 0;
                    found[3 + 2 * r][s] += score > matched.getOrDefault(rules[r], 0.0) ? 1 : 0;
                }
                OtherRule.remember(shifted, before);
            }
            for (double[] row : found) {
                row[s] /= times;
            }
        }
        return found;
    }

    /** Median and 90th percentile of the nights until a slow drift is named. */
    private String drift() {
        Nights draw = new Nights(77, cv);
        int[] until = new int[nights / 40];
        for (int i = 0; i < until.length; i++) {
            until[i] = drift(draw);
        }
        Arrays.sort(until);
        return "%d nights (median; 9 of 10: %d)"
                .formatted(until[until.length / 2], until[until.length * 9 / 10]);
    }

    private static int drift(Nights draw) {
        for (int night = 1; night < MOST_NIGHTS; night++) {
            double shift = DRIFT * night;
            List<MetricResult> first = GATE.judge(draw.draw(shift));
            if (first.getFirst().suspected() && named(GATE.confirm(first, draw.draw(shift)))) {
                return night;
            }
        }
        return MOST_NIGHTS;
    }

    private static boolean named(List<MetricResult> results) {
        return results.getFirst().verdict() == ComparisonVerdict.REGRESSED;
    }

    private static boolean regressed(List<MetricResult> results) {
        return results.stream().anyMatch(r -> r.verdict() == ComparisonVerdict.REGRESSED);
    }

    private static boolean suspects(List<MetricResult> results) {
        return results.stream().anyMatch(MetricResult::suspected);
    }
}
