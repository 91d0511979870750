package dev.shakedown.harness.scenario;

import dev.shakedown.simulator.fault.Fault;
import dev.shakedown.workloads.load.LoadPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One scenario, resolved: overrides applied, matrix expanded, laws kept. An absent {@code engine}
 * or {@code load} ends the run after the last step there is.
 *
 * @param name {@code <name>} or, in a matrix, {@code <name>.<variant>}
 * @param source the file it was read from; relative paths inside it were resolved against its
 *     folder
 * @param load of a series, the plan of its first load
 * @param loadFrom where its generator runs
 * @param calibration whether that is measured against an exact server first
 * @param resolved the scenario as plain values for {@code run.json}, without secrets
 */
public record Scenario(
        String name,
        String question,
        ClusterSpec cluster,
        ProviderSpec provider,
        Optional<EngineSpec> engine,
        Optional<SmokeSpec> smoke,
        Optional<LoadPlan> load,
        Optional<LoadSeries> series,
        LoadFrom loadFrom,
        Calibration calibration,
        List<Limit> limits,
        Optional<String> expectedTransport,
        Map<String, Duration> slo,
        Deadlines deadlines,
        Path source,
        Map<String, Object> resolved) {

    public Scenario {
        limits = List.copyOf(limits);
        slo = Map.copyOf(slo);
        if (engine.isPresent()) {
            cluster.requireRoomFor(engine.get().parallelism());
        }
    }

    /** The provider's block, where that is {@code local}. */
    public LocalSpec local() {
        return provider instanceof LocalSpec local ? local : LocalSpec.DEFAULT;
    }

    /** The provider's block, where that is {@code attach}. */
    public Optional<AttachSpec> attach() {
        return provider instanceof AttachSpec attach ? Optional.of(attach) : Optional.empty();
    }

    /** What is broken in a simulated cluster. */
    public List<Fault> faults() {
        return provider instanceof ProviderSpec.Simulated simulated
                ? simulated.faults()
                : List.of();
    }

    /** Whether time is a simulation's own. */
    public boolean virtualClock() {
        return provider instanceof ProviderSpec.Simulated simulated && simulated.virtualClock();
    }

    /**
     * Whether this process is measured against an exact server before it makes the load. A load
     * from the cluster is made by another machine, and one on a virtual clock by none.
     */
    public boolean calibrates() {
        boolean here = load.isPresent() && !loadFrom.onCluster() && !virtualClock();
        return switch (calibration) {
            case AUTO -> here && !simulated();
            case ON -> here;
            case OFF -> false;
        };
    }

    /** Of warm-up and measurement together; zero without a load. */
    public Duration loadTime() {
        return load.map(plan -> plan.warmUp().plus(plan.duration())).orElse(Duration.ZERO);
    }

    /** When the nodes must be given back, where they are lent by a Slurm allocation that ends. */
    public Optional<Instant> lentUntil() {
        return provider instanceof SshSpec ssh
                ? ssh.slurm().flatMap(SshSpec.Slurm::end)
                : Optional.empty();
    }

    /** On the nodes that an allocation gave. */
    public Scenario on(SshSpec allocated) {
        return with(name, allocated, load, series, resolved);
    }

    /**
     * The same with one load of its series.
     *
     * @param suffix of the name
     */
    public Scenario withLoad(String suffix, LoadPlan one) {
        String longer = name + "." + suffix;
        return with(
                longer,
                provider,
                Optional.of(one),
                Optional.empty(),
                Resolved.withLoad(resolved, longer, one));
    }

    /**
     * The same with another draw of its load; without a load, the same.
     *
     * @param number of the draw, added to the scenario's own seed
     */
    public Scenario anotherDraw(long number) {
        if (load.isEmpty()) {
            return this;
        }
        LoadPlan plan = load.get();
        long seed = plan.prompts().seed() + number;
        return with(
                name,
                provider,
                Optional.of(plan.with(plan.arrivals(), plan.duration(), seed)),
                series,
                Resolved.seeded(resolved, seed));
    }

    private Scenario with(
            String otherName,
            ProviderSpec otherProvider,
            Optional<LoadPlan> otherLoad,
            Optional<LoadSeries> otherSeries,
            Map<String, Object> otherResolved) {
        return new Scenario(
                otherName,
                question,
                cluster,
                otherProvider,
                engine,
                smoke,
                otherLoad,
                otherSeries,
                loadFrom,
                calibration,
                limits,
                expectedTransport,
                slo,
                deadlines,
                source,
                otherResolved);
    }

    /** Whether its numbers come from a simulated cluster. */
    public boolean simulated() {
        return cluster.provider() == Provider.SIMULATED;
    }
}
