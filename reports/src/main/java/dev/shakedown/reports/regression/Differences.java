package dev.shakedown.reports.regression;

import dev.shakedown.reports.regression.FieldDifference.Kind;
import dev.shakedown.reports.run.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * In what two groups of runs differ: the fingerprint of the environment, the scenario as far as it
 * shapes the numbers, the load that was offered. Pairs must agree pair by pair, so that they may
 * have different nodes or seeds; other groups must have the same values.
 */
final class Differences {
    private static final String SCENARIO = "scenario.";
    private static final String SEED = ScenarioFields.SEED;

    /** Another at each start; the KV cache's size in it varies by a few blocks. */
    private static final Set<String> INCIDENTAL = Set.of("cluster.run", "engine.placement", "pods");

    /** A schedule that is drawn anew varies by this many standard deviations of a Poisson count. */
    private static final double DEVIATIONS = 4;

    private static final double SAME_LOAD = 0.02;
    private static final int SHOWN_VALUES = 3;
    private static final String ABSENT = "–";

    private final Arms arms;
    private final Set<String> factors;

    private Differences(Arms arms, Set<String> factors) {
        this.arms = arms;
        this.factors = factors;
    }

    static List<FieldDifference> of(Arms arms, Set<String> factors) {
        if (arms.size() == 0) {
            return List.of();
        }
        return new Differences(arms, factors).all();
    }

    private List<FieldDifference> all() {
        List<Map<String, String>> baseline =
                arms.baseline().stream().map(Differences::fields).toList();
        List<Map<String, String>> candidate =
                arms.candidate().stream().map(Differences::fields).toList();
        Set<String> names = new TreeSet<>();
        baseline.forEach(fields -> names.addAll(fields.keySet()));
        candidate.forEach(fields -> names.addAll(fields.keySet()));
        List<FieldDifference> found = new ArrayList<>();
        for (String name : names) {
            List<String> before = values(baseline, name);
            List<String> after = values(candidate, name);
            boolean same =
                    arms.paired()
                            ? before.equals(after)
                            : Set.copyOf(before).equals(Set.copyOf(after));
            if (!same) {
                found.add(new FieldDifference(name, shown(before), shown(after), kind(name)));
            }
        }
        offered().ifPresent(found::add);
        return found;
    }

    private Kind kind(String field) {
        if (field.equals("simulated") || field.equals("clock")) {
            return Kind.NEVER;
        }
        if (factors.stream().anyMatch(factor -> names(factor, field))) {
            // Nobody tests a seed: who names it says that each run may have a draw of its own.
            boolean draw = field.equals(SCENARIO + SEED) && factors.contains(SEED);
            return draw ? Kind.INCIDENTAL : Kind.UNDER_TEST;
        }
        return INCIDENTAL.contains(field) ? Kind.INCIDENTAL : Kind.FORBIDS;
    }

    /** A factor names a field or all below it, the scenario's without their prefix, too. */
    private static boolean names(String factor, String field) {
        String plain = field.startsWith(SCENARIO) ? field.substring(SCENARIO.length()) : field;
        return field.equals(factor)
                || plain.equals(factor)
                || field.startsWith(factor + ".")
                || plain.startsWith(factor + ".");
    }

    private static Map<String, String> fields(RunRecord run) {
        Map<String, String> fields = new TreeMap<>(run.fingerprint());
        fields.put("simulated", String.valueOf(run.simulated()));
        fields.put("clock", run.virtual() ? "virtual" : "wall");
        ScenarioFields.of(run.scenario())
                .forEach((path, value) -> fields.put(SCENARIO + path, value));
        return fields;
    }

    /** In closed loop the server's own pace decides it. */
    private Optional<FieldDifference> offered() {
        boolean closed =
                arms.all().stream().anyMatch(run -> text(run, "load").contains("closedLoop"));
        double before = rate(arms.baseline());
        double after = rate(arms.candidate());
        if (closed || !(before > 0) || !(after > 0)) {
            return Optional.empty();
        }
        double noise =
                DEVIATIONS
                        * Math.sqrt(
                                1.0 / requests(arms.baseline()) + 1.0 / requests(arms.candidate()));
        return Math.abs(Math.log(after / before)) <= Math.max(SAME_LOAD, noise)
                ? Optional.empty()
                : Optional.of(
                        new FieldDifference(
                                "offered load",
                                "%.3g requests/s".formatted(before),
                                "%.3g requests/s".formatted(after),
                                kind("offered load")));
    }

    private static double rate(List<RunRecord> runs) {
        return runs.stream()
                .mapToDouble(run -> run.rates().getOrDefault("offered.requests/s", 0.0))
                .average()
                .orElse(0);
    }

    private static long requests(List<RunRecord> runs) {
        return Math.max(1, runs.stream().mapToLong(RunRecord::offered).sum());
    }

    private static String text(RunRecord run, String part) {
        return String.valueOf(run.scenario().get(part));
    }

    private static List<String> values(List<Map<String, String>> runs, String field) {
        return runs.stream().map(fields -> fields.getOrDefault(field, ABSENT)).toList();
    }

    private static String shown(List<String> values) {
        List<String> distinct = values.stream().distinct().toList();
        String first = distinct.stream().limit(SHOWN_VALUES).collect(Collectors.joining(" | "));
        return distinct.size() > SHOWN_VALUES ? first + " | …" : first;
    }
}
