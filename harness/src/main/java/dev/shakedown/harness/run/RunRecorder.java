package dev.shakedown.harness.run;

import dev.shakedown.harness.engine.Secrets;
import dev.shakedown.harness.scenario.ClusterSpec;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Parallelism;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.reports.run.GpuSummary;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.PhaseSpan;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.Shape;
import dev.shakedown.reports.run.RunRecord.State;
import dev.shakedown.reports.run.RunRecord.Validity;
import dev.shakedown.reports.run.RunRecord.Verdict;
import dev.shakedown.reports.run.SeriesSummary;
import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.LoadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The one mapping from what a run learnt to what {@code run.json} says. */
final class RunRecorder {
    private final RunContext run;
    private final Scenario scenario;
    private final Optional<LoadResult> load;
    private final Optional<GpuSummary> gpus;

    private RunRecorder(RunContext run) {
        this.run = run;
        this.scenario = run.scenario();
        this.load = run.load();
        this.gpus =
                run.gpus()
                        .map(
                                seen ->
                                        GpuSummaries.of(
                                                seen,
                                                load,
                                                scenario.engine().map(EngineSpec::parallelism)));
    }

    /** What a run that is killed leaves behind. */
    static RunRecord unfinished(RunContext run) {
        Reason reason =
                new Reason(
                        "unfinished", "the run did not end: Shakedown was killed, or still runs");
        return new RunRecorder(run)
                .write(
                        new Judged(
                                List.of(),
                                Validity.VALID,
                                State.STEADY,
                                List.of(reason),
                                Verdict.ABORTED));
    }

    /** The final record. */
    static RunRecord record(RunContext run, Ending ending) {
        RunRecorder recorder = new RunRecorder(run);
        return recorder.write(recorder.judge(ending));
    }

    private record Judged(
            List<LimitResult> limits,
            Validity validity,
            State state,
            List<Reason> reasons,
            Verdict verdict) {}

    private Judged judge(Ending ending) {
        List<LimitResult> limits = measured() ? limits() : List.of();
        List<Reason> invalid =
                load.map(result -> new ValidityJudge(scenario, result).invalid(limits))
                        .orElse(List.of());
        List<Reason> saturated =
                load.map(result -> Saturation.of(result, scenario.load())).orElse(List.of());
        List<Reason> atFault = new ArrayList<>(invalid);
        atFault.addAll(seriesAtFault());
        boolean missed = missed(limits);
        List<Reason> reasons = new ArrayList<>(aborted(ending));
        reasons.addAll(atFault);
        reasons.addAll(saturated);
        if (measured()) {
            load.ifPresent(result -> reasons.addAll(cautions(result, !saturated.isEmpty())));
        }
        gpus.ifPresent(seen -> seen.findings().forEach(one -> reasons.add(new Reason("gpu", one))));
        reasons.addAll(run.notes());
        return new Judged(
                limits,
                atFault.isEmpty() ? Validity.VALID : Validity.INVALID,
                saturated.isEmpty() ? State.STEADY : State.SATURATED,
                reasons,
                verdict(ending, !atFault.isEmpty(), missed));
    }

    private boolean missed(List<LimitResult> limits) {
        return limits.stream().anyMatch(limit -> !limit.met().orElse(true))
                || run.series().filter(RunRecorder::missed).isPresent();
    }

    /** A search has missed if it found no rate; a sweep, if a load has missed a limit. */
    private static boolean missed(SeriesSummary series) {
        return series.capacity()
                .map(found -> found.holds().isEmpty())
                .orElseGet(
                        () ->
                                series.loads().stream()
                                        .anyMatch(load -> load.verdict() == Verdict.FAILED));
    }

    /** A search goes on after one load that is INVALID, and ends at the second in a row. */
    private List<Reason> seriesAtFault() {
        List<SeriesSummary.Load> loads = run.series().map(SeriesSummary::loads).orElse(List.of());
        boolean search = run.series().flatMap(SeriesSummary::capacity).isPresent();
        return loads.stream()
                .skip(search ? Math.max(0, loads.size() - 1) : 0)
                .filter(load -> load.verdict() == Verdict.INVALID)
                .map(
                        load ->
                                new Reason(
                                        "load",
                                        "at %s: %s"
                                                .formatted(
                                                        load.asked(),
                                                        load.reasons().getFirst().text())))
                .toList();
    }

    private List<Reason> cautions(LoadResult result, boolean saturated) {
        List<Reason> cautions = new ArrayList<>();
        scenario.load()
                .ifPresent(plan -> cautions.addAll(new WarmUp(plan, result).reasons(saturated)));
        cautions.addAll(SlowEndpoint.of(result));
        cautions.addAll(new Certainty(result, openLoop()).of(scenario.limits()));
        return cautions;
    }

    /** Precedence: ABORTED, INVALID, FAILED, PASSED. */
    private static Verdict verdict(Ending ending, boolean invalid, boolean missed) {
        if (!(ending instanceof Ending.Complete)) {
            return Verdict.ABORTED;
        }
        if (invalid) {
            return Verdict.INVALID;
        }
        return missed ? Verdict.FAILED : Verdict.PASSED;
    }

    private static List<Reason> aborted(Ending ending) {
        return switch (ending) {
            case Ending.Complete _ -> List.of();
            case Ending.Failed(String step, var failure) -> {
                String where = failure.node().isEmpty() ? "" : " on " + failure.node();
                yield List.of(
                        new Reason("aborted." + step, Secrets.masked(failure.what()) + where));
            }
            case Ending.Interrupted(String step) ->
                    List.of(
                            new Reason(
                                    "aborted." + step,
                                    "interrupted by Ctrl-C or SIGTERM in " + step));
            case Ending.Bug(String step, Throwable cause) ->
                    List.of(new Reason("aborted." + step, "a bug in Shakedown: " + cause));
        };
    }

    /** A load that was cut short by a stop or a dying engine says nothing about a limit. */
    private boolean measured() {
        return run.spans().stream()
                .anyMatch(
                        span ->
                                span.step().equals("Measure")
                                        && span.event().equals(StepEnd.How.SUCCEEDED.key()));
    }

    private List<LimitResult> limits() {
        return load.map(result -> new LimitJudge(result, openLoop()))
                .map(judge -> scenario.limits().stream().map(judge::judge).toList())
                .orElse(List.of());
    }

    private RunRecord write(Judged judged) {
        return new RunRecord(
                RunRecord.SCHEMA_VERSION,
                run.directory().id(),
                scenario.resolved(),
                scenario.name(),
                scenario.question(),
                scenario.simulated(),
                run.clock().startedAt(),
                shape(),
                load.map(RunRecorder::phases).orElse(List.of()),
                run.spans(),
                Fingerprint.of(run),
                load.map(result -> result.schedule().drawn()).orElse(0L),
                load.map(LoadResult::outcomes).orElse(Map.of()),
                load.<Map<String, MetricSummary>>map(MetricSummaries::of).orElse(Map.of()),
                new Rates(run).all(),
                run.smoke().map(SmokeSummaries::of),
                run.fabric().map(FabricSummaries::of),
                run.series(),
                run.floor(),
                gpus,
                judged.limits(),
                judged.validity(),
                judged.state(),
                judged.reasons(),
                judged.verdict(),
                Equivalents.of(run));
    }

    private Shape shape() {
        ClusterSpec cluster = scenario.cluster();
        Optional<Parallelism> split = scenario.engine().map(EngineSpec::parallelism);
        return new Shape(
                cluster.nodes(),
                cluster.gpusPerNode(),
                split.map(Parallelism::tensor).orElse(0),
                split.map(Parallelism::pipeline).orElse(0),
                split.map(Parallelism::data).orElse(0),
                scenario.engine().map(EngineSpec::model).orElse(""),
                cluster.gpu().orElse(""));
    }

    private static List<PhaseSpan> phases(LoadResult load) {
        return load.phases().stream()
                .map(phase -> new PhaseSpan(phase.name(), phase.startNs(), phase.endNs()))
                .toList();
    }

    private boolean openLoop() {
        return scenario.load().map(LoadPlan::arrivals).map(Arrivals::openLoop).orElse(false);
    }
}
