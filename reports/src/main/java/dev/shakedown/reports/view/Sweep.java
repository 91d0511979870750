package dev.shakedown.reports.view;

import dev.shakedown.reports.render.Comparison.Entry;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.State;
import dev.shakedown.reports.run.RunRecord.Validity;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The same cluster under the same kind of load at several rates.
 *
 * @param steps by offered rate, lowest first
 */
record Sweep(List<Step> steps) {
    private static final int LEAST = 3;
    private static final String OFFERED = "offered.requests/s";

    Sweep {
        steps = List.copyOf(steps);
    }

    /**
     * One run of it.
     *
     * @param rate requests/s that were offered
     * @param engine what vLLM's own metrics say
     */
    record Step(Entry entry, double rate, EnginePeaks engine) {
        RunRecord run() {
            return entry.run();
        }

        private boolean keptUp() {
            return run().verdict() == Verdict.PASSED && run().state() == State.STEADY;
        }
    }

    /** What the runs are, if nothing but the rate of their arrivals is different. */
    static Optional<Sweep> of(List<Entry> entries, List<EnginePeaks> engines) {
        RunRecord first = entries.getFirst().run();
        boolean alike =
                entries.stream()
                        .map(Entry::run)
                        .allMatch(
                                run ->
                                        run.validity() == Validity.VALID
                                                && run.simulated() == first.simulated()
                                                && run.rates().containsKey(OFFERED)
                                                && arrivals(run).equals(arrivals(first))
                                                && rest(run).equals(rest(first)));
        List<Step> steps =
                IntStream.range(0, entries.size())
                        .mapToObj(
                                i ->
                                        new Step(
                                                entries.get(i),
                                                entries.get(i)
                                                        .run()
                                                        .rates()
                                                        .getOrDefault(OFFERED, 0.0),
                                                engines.get(i)))
                        .sorted(Comparator.comparingDouble(Step::rate))
                        .toList();
        long rates =
                entries.stream()
                        .map(entry -> Caveats.loadOf(entry).get("arrivals"))
                        .distinct()
                        .count();
        return alike && rates == entries.size() && rates >= LEAST
                ? Optional.of(new Sweep(steps))
                : Optional.empty();
    }

    /** Up to where it keeps up, and what shows first beyond that. */
    String answer() {
        int kept = 0;
        while (kept < steps.size() && steps.get(kept).keptUp()) {
            kept++;
        }
        if (kept == steps.size()) {
            return "Keeps up with all rates that were tried, up to %s requests/s."
                    .formatted(Show.number(steps.getLast().rate()));
        }
        Step over = steps.get(kept);
        String why = why(over);
        String beyond =
                "at %s requests/s it does not%s"
                        .formatted(Show.number(over.rate()), why.isEmpty() ? "." : ": " + why);
        return kept == 0
                ? "Keeps up with none of the rates that were tried: " + beyond
                : "Keeps up with %s requests/s; %s"
                        .formatted(Show.number(steps.get(kept - 1).rate()), beyond);
    }

    private static String why(Step step) {
        String seen =
                step.run().reasons().stream()
                        .map(Reason::text)
                        .findFirst()
                        .orElse("the run " + step.run().verdict());
        Optional<String> limit =
                step.engine().words().filter(_ -> step.run().state() == State.SATURATED);
        return limit.map(words -> join(seen, words)).orElse(seen);
    }

    private static String join(String seen, String words) {
        return seen.isEmpty() ? words : seen + "; " + words;
    }

    /** How requests arrive, without the rate; users who wait for their answers offer none. */
    private static Object arrivals(RunRecord run) {
        if (!(load(run).get("arrivals") instanceof Map<?, ?> arrivals)) {
            return Set.of();
        }
        if (arrivals.get("gamma") instanceof Map<?, ?> gamma) {
            return without("rate", gamma);
        }
        if (arrivals.get("trace") instanceof Map<?, ?> trace) {
            return without("speed", trace);
        }
        return Set.of("poisson", "constant").containsAll(arrivals.keySet())
                ? arrivals.keySet()
                : run.id();
    }

    private static Map<Object, Object> without(String key, Map<?, ?> map) {
        Map<Object, Object> rest = new HashMap<>(map);
        rest.remove(key);
        return rest;
    }

    /** Everything else that the scenario says. */
    private static Map<Object, Object> rest(RunRecord run) {
        Map<Object, Object> load = new HashMap<>(load(run));
        load.remove("arrivals");
        Map<Object, Object> rest = new HashMap<>(run.scenario());
        rest.remove("name");
        rest.put("load", load);
        return rest;
    }

    private static Map<?, ?> load(RunRecord run) {
        return run.scenario().get("load") instanceof Map<?, ?> load ? load : Map.of();
    }
}
