package dev.shakedown.harness.run;

import dev.shakedown.harness.run.StepEnd.How;
import dev.shakedown.harness.scenario.Enough;
import dev.shakedown.harness.scenario.LoadSeries;
import dev.shakedown.reports.run.Capacity;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.StepSpan;
import dev.shakedown.reports.run.RunRecord.Verdict;
import dev.shakedown.reports.run.SeriesSummary;
import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.TypicalSeeds;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Several loads on the engine that is up, each measured and judged as a run of its own would be.
 */
final class SeriesStep implements Step {
    /** Of those that are INVALID one after the other: the next will be so, too. */
    private static final int MOST_AT_FAULT = 2;

    /** The number of requests may be off by this part of what the search tells apart. */
    private static final int SHARE_OF_LUCK = 4;

    private final LoadSeries series;
    private final List<SeriesSummary.Load> loads = new ArrayList<>();
    private final Map<Arrivals, TypicalSeeds> seeds = new HashMap<>();

    SeriesStep(LoadSeries series) {
        this.series = series;
    }

    @Override
    public String name() {
        return "Measure";
    }

    /** Each load has its own deadline. */
    @Override
    public Duration deadline(RunContext run) {
        LoadPlan first = plan(run);
        LoadPlan longest = first.with(first.arrivals(), length(run, first.arrivals()), 0);
        int most =
                switch (series) {
                    case LoadSeries.Sweep(List<Arrivals> arrivals) -> arrivals.size();
                    case LoadSeries.FindCapacity _ -> CapacitySearch.MOST_LOADS;
                };
        return new MeasureStep(longest).deadline(run).multipliedBy(most);
    }

    @Override
    public Result execute(RunContext run) throws InterruptedException {
        switch (series) {
            case LoadSeries.Sweep(List<Arrivals> arrivals) -> {
                for (Arrivals each : arrivals) {
                    make(run, each);
                    run.series(new SeriesSummary(loads, Optional.empty()));
                }
            }
            case LoadSeries.FindCapacity asked -> search(run, new CapacitySearch(asked));
        }
        return new Done(run.series().orElseThrow().text());
    }

    private void search(RunContext run, CapacitySearch search) throws InterruptedException {
        int atFault = 0;
        OptionalDouble next = search.next();
        while (next.isPresent() && atFault < MOST_AT_FAULT) {
            double rate = next.getAsDouble();
            SeriesSummary.Load load = make(run, new Arrivals.Poisson(rate));
            if (load.verdict() == Verdict.INVALID) {
                atFault++;
            } else {
                atFault = 0;
                search.ended(rate, load.met());
            }
            Capacity soFar = search.answer();
            run.series(new SeriesSummary(loads, Optional.of(soFar)));
            next = search.next();
        }
    }

    private SeriesSummary.Load make(RunContext run, Arrivals arrivals) throws InterruptedException {
        String asked = asked(arrivals);
        long before = loads.stream().filter(load -> load.asked().equals(asked)).count();
        String label =
                asked.replace("/s", "-per-s").replace(' ', '-')
                        + (before == 0 ? "" : "-" + (before + 1));
        LoadPlan one = plan(run).with(arrivals, length(run, arrivals), plan(run).prompts().seed());
        long start = run.clock().nowNs();
        run.listener().stepStarted(asked);
        RunRecord record = new OneLoad(run, label, seeded(one)).make();
        SeriesSummary.Load load = load(arrivals, record);
        loads.add(load);
        ended(run, load, start);
        return load;
    }

    /** Loads of a search differ by their rate and as little as possible by luck. */
    private LoadPlan seeded(LoadPlan one) {
        if (!(series instanceof LoadSeries.FindCapacity asked)) {
            return one;
        }
        TypicalSeeds ofThisRate =
                seeds.computeIfAbsent(
                        one.arrivals(), _ -> new TypicalSeeds(one, asked.within() / SHARE_OF_LUCK));
        return one.with(one.arrivals(), one.duration(), ofThisRate.next());
    }

    private static LoadPlan plan(RunContext run) {
        return run.scenario().load().orElseThrow();
    }

    /** A search lasts long enough at each rate for the limits' percentiles to be published. */
    private Duration length(RunContext run, Arrivals arrivals) {
        Duration asked = plan(run).duration();
        if (series instanceof LoadSeries.FindCapacity
                && arrivals instanceof Arrivals.Steady steady) {
            Duration enough = Enough.time(run.scenario().limits(), steady.ratePerSecond());
            return enough.compareTo(asked) > 0 ? enough : asked;
        }
        return asked;
    }

    private static SeriesSummary.Load load(Arrivals arrivals, RunRecord record) {
        return new SeriesSummary.Load(
                "loads/" + record.id(),
                asked(arrivals),
                amount(arrivals),
                record.rates().getOrDefault("requests/s", 0.0),
                record.rates().getOrDefault("outputTokens/s", 0.0),
                record.verdict(),
                record.state(),
                record.limits(),
                record.reasons());
    }

    private void ended(RunContext run, SeriesSummary.Load load, long start) {
        How how = load.met() ? How.SUCCEEDED : How.FAILED;
        StepSpan span =
                new StepSpan(
                        name() + "/" + load.asked(),
                        how.key(),
                        detail(load),
                        start,
                        run.clock().nowNs());
        run.events().ended(span);
        StepEnd end = StepEnd.of(span);
        run.listener().stepEnded(new StepEnd(load.asked(), how, end.detail(), end.took()));
        run.listener().stepStarted(name());
    }

    /** What decided. */
    private static String detail(SeriesSummary.Load load) {
        Optional<String> missed =
                load.limits().stream()
                        .filter(limit -> !limit.met().orElse(true))
                        .map(
                                limit ->
                                        "%s was %s, the limit is %s"
                                                .formatted(
                                                        limit.name(),
                                                        limit.measured(),
                                                        limit.limit()))
                        .findFirst();
        String seen =
                load.limits().stream().map(SeriesStep::measured).collect(Collectors.joining(", "));
        String held = seen.isEmpty() ? "kept up" : seen;
        if (load.met()) {
            return held;
        }
        Optional<String> reason = load.reasons().stream().map(Reason::text).findFirst();
        return load.verdict() == Verdict.INVALID
                ? "INVALID: " + reason.orElse("")
                : missed.or(() -> reason).orElse(held);
    }

    private static String measured(LimitResult limit) {
        return limit.name() + " " + limit.measured();
    }

    private static double amount(Arrivals arrivals) {
        return switch (arrivals) {
            case Arrivals.Steady steady -> steady.ratePerSecond();
            case Arrivals.ClosedLoop users -> users.concurrency();
            case Arrivals.Open other -> throw new IllegalArgumentException("no series of " + other);
        };
    }

    private static String asked(Arrivals arrivals) {
        String amount = BigDecimal.valueOf(amount(arrivals)).stripTrailingZeros().toPlainString();
        return arrivals instanceof Arrivals.ClosedLoop ? amount + " users" : amount + "/s";
    }
}
