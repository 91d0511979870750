package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.ClusterProvider;
import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.JobLedger;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.diagnosis.Diagnosis;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.reports.run.FloorSummary;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.StepSpan;
import dev.shakedown.reports.run.SeriesSummary;
import dev.shakedown.workloads.agent.LoadAgent;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.measure.RunClock;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one run has and has learnt so far; steps read what earlier ones wrote. */
final class RunContext {
    private final Scenario scenario;
    private final RunDirectory directory;
    private final RunClock clock;
    private final EventLog events;
    private final RunListener listener;
    private final ClusterProvider provider;
    private final String jobsOf;
    private final List<StepSpan> spans = new CopyOnWriteArrayList<>();
    private final List<Reason> notes = new CopyOnWriteArrayList<>();
    private volatile @Nullable Cluster cluster;
    private volatile @Nullable SmokeResult smoke;
    private volatile @Nullable FabricResult fabric;
    private volatile @Nullable RunningEngine engine;
    private volatile @Nullable EngineUpReport engineUp;
    private volatile @Nullable EngineCommand engineCommand;
    private volatile @Nullable FloorSummary floor;
    private volatile @Nullable LoadResult load;
    private volatile @Nullable GpuRecord gpus;
    private volatile Optional<SeriesSummary> series = Optional.empty();
    private volatile @Nullable Diagnosis diagnosis;
    private volatile @Nullable Duration roundTrip;
    private volatile Map<String, String> client = LoadAgent.client();
    private volatile @Nullable KeptRun reused;
    private volatile @Nullable KeptRun kept;

    RunContext(
            Scenario scenario,
            RunDirectory directory,
            EventLog events,
            RunListener listener,
            Wiring wiring) {
        this.scenario = scenario;
        this.directory = directory;
        this.clock = wiring.clock();
        this.events = events;
        this.listener = listener;
        this.provider = wiring.provider();
        jobsOf = directory.id();
    }

    /** One load of a series: on the cluster and the engine of {@code whole}, with its clock. */
    RunContext(RunContext whole, Scenario scenario, RunDirectory directory, EventLog events) {
        this.scenario = scenario;
        this.directory = directory;
        this.events = events;
        clock = whole.clock;
        listener = new LoadsListener(whole.listener);
        provider = whole.provider;
        jobsOf = whole.jobsOf;
        cluster = whole.cluster;
        smoke = whole.smoke;
        fabric = whole.fabric;
        engine = whole.engine;
        engineUp = whole.engineUp;
        engineCommand = whole.engineCommand;
        roundTrip = whole.roundTrip;
        floor = whole.floor;
        reused = whole.reused;
    }

    /** The two things of a run that tests replace. */
    record Wiring(RunClock clock, ClusterProvider provider) {}

    Scenario scenario() {
        return scenario;
    }

    RunDirectory directory() {
        return directory;
    }

    RunClock clock() {
        return clock;
    }

    EventLog events() {
        return events;
    }

    RunListener listener() {
        return listener;
    }

    ClusterProvider provider() {
        return provider;
    }

    /** For jobs of this run, on the cluster that is up. */
    RayClient ray(URI dashboard) {
        Consumer<String> before =
                provider instanceof JobLedger ledger ? ledger::willSubmit : _ -> {};
        return new RayClient(dashboard, cluster().flatMap(Cluster::rayToken)).inRun(jobsOf, before);
    }

    List<StepSpan> spans() {
        return List.copyOf(spans);
    }

    void addSpan(StepSpan span) {
        spans.add(span);
    }

    /** Things worth knowing that change no verdict: warnings, what could not be checked. */
    List<Reason> notes() {
        return List.copyOf(notes);
    }

    void note(String text) {
        notes.add(new Reason("note", text));
        listener.say(text);
    }

    Optional<Cluster> cluster() {
        return Optional.ofNullable(cluster);
    }

    void cluster(Cluster up) {
        cluster = up;
    }

    Optional<SmokeResult> smoke() {
        return Optional.ofNullable(smoke);
    }

    void smoke(SmokeResult report) {
        smoke = report;
    }

    Optional<FabricResult> fabric() {
        return Optional.ofNullable(fabric);
    }

    void fabric(FabricResult result) {
        fabric = result;
    }

    Optional<RunningEngine> engine() {
        return Optional.ofNullable(engine);
    }

    void engine(RunningEngine running) {
        engine = running;
    }

    Optional<EngineUpReport> engineUp() {
        return Optional.ofNullable(engineUp);
    }

    void engineUp(EngineUpReport report) {
        engineUp = report;
    }

    /** What the client adds by itself, where that is known. */
    Optional<FloorSummary> floor() {
        return Optional.ofNullable(floor);
    }

    void floor(FloorSummary measured) {
        floor = measured;
    }

    Optional<LoadResult> load() {
        return Optional.ofNullable(load);
    }

    void load(LoadResult result) {
        load = result;
    }

    /** What was read of the GPUs beside the load. */
    Optional<GpuRecord> gpus() {
        return Optional.ofNullable(gpus);
    }

    void gpus(GpuRecord seen) {
        gpus = seen;
    }

    /** What the loads of a series came to so far. */
    Optional<SeriesSummary> series() {
        return series;
    }

    void series(SeriesSummary soFar) {
        series = Optional.of(soFar);
    }

    Optional<EngineCommand> engineCommand() {
        return Optional.ofNullable(engineCommand);
    }

    void engineCommand(EngineCommand command) {
        engineCommand = command;
    }

    Optional<Diagnosis> diagnosis() {
        return Optional.ofNullable(diagnosis);
    }

    void diagnosis(Diagnosis found) {
        diagnosis = found;
    }

    /** To the engine and back, without what the engine does. */
    Optional<Duration> roundTrip() {
        return Optional.ofNullable(roundTrip);
    }

    void roundTrip(Duration measured) {
        roundTrip = measured;
    }

    /** What makes the load, as the fingerprint has it. */
    Map<String, String> client() {
        return client;
    }

    void client(Map<String, String> elsewhere) {
        client = Map.copyOf(elsewhere);
    }

    /** Whose cluster this run uses, if not its own. */
    Optional<KeptRun> reused() {
        return Optional.ofNullable(reused);
    }

    void reused(KeptRun other) {
        reused = other;
    }

    /** This run, where it has left its cluster up. */
    Optional<KeptRun> kept() {
        return Optional.ofNullable(kept);
    }

    void kept(KeptRun self) {
        kept = self;
    }
}
