package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.load.LoadPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was read of one scenario, before its laws are known to hold. */
record Draft(
        String name,
        String question,
        ClusterReader.Clustered clustered,
        Optional<EngineSpec> engine,
        Optional<SmokeSpec> smoke,
        Optional<LoadReader.Load> placed,
        List<Limit> limits,
        Optional<String> expectedTransport,
        Map<String, Duration> slo,
        Deadlines deadlines) {

    Optional<LoadPlan> load() {
        return placed.map(LoadReader.Load::plan);
    }

    Optional<LoadSeries> series() {
        return placed.flatMap(LoadReader.Load::series);
    }

    LoadFrom from() {
        return placed.map(LoadReader.Load::from).orElse(new LoadFrom.Here());
    }

    /** Only for a draft that broke no law. */
    Scenario scenario(String suffix, Path source) {
        String fullName = suffix.isEmpty() ? name : name + "." + suffix;
        return new Scenario(
                fullName,
                question,
                clustered.cluster().orElseThrow(),
                clustered.provider(),
                engine,
                smoke,
                load(),
                series(),
                from(),
                limits,
                expectedTransport,
                slo,
                deadlines,
                source,
                Resolved.of(fullName, this));
    }
}
