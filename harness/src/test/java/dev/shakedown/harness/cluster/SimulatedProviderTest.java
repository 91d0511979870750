package dev.shakedown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.engine.EngineReadiness;
import dev.shakedown.harness.engine.Patience;
import dev.shakedown.harness.engine.ReadyEngine;
import dev.shakedown.harness.engine.VllmCommand;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.ScenarioFile;
import dev.shakedown.harness.scenario.ScenarioLoader;
import dev.shakedown.harness.scenario.ScenarioOverride;
import dev.shakedown.simulator.SimulatedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedProviderTest {
    private static final Path SCENARIO = Path.of("../scenarios/2x8-tp8-pp2.yaml");

    @TempDir Path run;

    @Test
    void shippedScenarioComesUpServesAndLeavesNoProcess() throws IOException, InterruptedException {
        Scenario scenario = scenario();
        SimulatedProvider provider = provider(scenario);
        Process child;
        try {
            Cluster cluster = provider.up(Progress.SILENT);
            EngineSpec spec = scenario.engine().orElseThrow();
            Path log = run.resolve("logs/engine.log");
            RunningEngine engine = provider.startEngine(site -> VllmCommand.of(spec, site), log);
            ReadyEngine ready =
                    EngineReadiness.await(
                            engine, spec, Patience.until(Duration.ofSeconds(60)), Progress.SILENT);
            child = ((SimulatedRunningEngine) engine).simulator().process().orElseThrow().process();

            assertThat(cluster.nodes())
                    .hasSize(2)
                    .extracting(Cluster.Node::ip)
                    .doesNotHaveDuplicates();
            assertThat(cluster.gpus()).isEqualTo(16);
            assertThat(engine.exitStatus()).isEmpty();
            assertThat(ready.maxModelLen()).hasValue(8448);
            assertThat(ready.facts().worldSize()).hasValue(16);
            assertThat(ready.facts().ranks()).hasSize(16);
            assertThat(ready.facts().ranks().stream().map(rank -> rank.node()).distinct())
                    .hasSize(2);
            assertThat(ready.facts().kvCacheTokens()).isPresent();
            assertThat(Files.readString(log)).startsWith("# SIMULATED");
        } finally {
            provider.down();
        }
        // A process that has ended is a zombie until this JVM has looked at it.
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(run.resolve("logs/sim-node-2/worker-ranks.out"))
                .content()
                .startsWith("# SIMULATED");
        provider.down();
    }

    @Test
    void simulatedEngineFollowsTheArgumentsOfTheRealOne() {
        Scenario scenario =
                scenario("engine.args=[\"--max-num-seqs=64\", \"--max-model-len\", 4096]");

        assertThat(Simulation.cluster(scenario).engine())
                .returns(4096, SimulatedEngine::maxModelLen)
                .returns(OptionalInt.of(64), engine -> engine.tuning().maxNumSeqs());
    }

    @Test
    void argumentThatIsNoNumberIsNamedBeforeAnythingStarts() {
        assertThat(provider(scenario("engine.args=[\"--max-num-seqs=many\"]")).preflight())
                .anySatisfy(
                        check ->
                                assertThat(check)
                                        .returns(Check.Verdict.FAILED, Check::verdict)
                                        .returns(
                                                "--max-num-seqs: many is no whole number",
                                                Check::detail));
    }

    @Test
    void engineThatDoesNotFitEndsWithAStatus() throws InterruptedException {
        Scenario scenario = scenario("engine.args=[\"--max-model-len=20000000\"]");
        SimulatedProvider provider = provider(scenario);
        try {
            provider.up(Progress.SILENT);
            RunningEngine engine =
                    provider.startEngine(
                            site -> VllmCommand.of(scenario.engine().orElseThrow(), site),
                            run.resolve("engine.log"));

            assertThat(awaitExit(engine)).hasValue(1);
            assertThat(run.resolve("engine.log"))
                    .content()
                    .contains("To serve at least one request");
        } finally {
            provider.down();
        }
    }

    @Test
    void deathOfTheChildEndsTheEngine() throws InterruptedException {
        Scenario scenario = scenario();
        SimulatedProvider provider = provider(scenario);
        try {
            provider.up(Progress.SILENT);
            RunningEngine engine =
                    provider.startEngine(
                            site -> VllmCommand.of(scenario.engine().orElseThrow(), site),
                            run.resolve("engine.log"));
            ((SimulatedRunningEngine) engine)
                    .simulator()
                    .process()
                    .orElseThrow()
                    .process()
                    .destroyForcibly();

            assertThat(awaitExit(engine)).hasValue(128 + 9);
        } finally {
            provider.down();
        }
    }

    @Test
    void unknownGpuIsFoundBeforeAnythingStarts() {
        List<Check> checks = provider(scenario("cluster.gpu=H1000")).preflight();

        assertThat(checks)
                .filteredOn(check -> check.verdict() == Check.Verdict.FAILED)
                .singleElement()
                .satisfies(check -> assertThat(check.detail()).contains("H1000", "H100-SXM-80GB"));
    }

    private SimulatedProvider provider(Scenario scenario) {
        return new SimulatedProvider(scenario, "test-" + UUID.randomUUID(), run, false);
    }

    private static OptionalInt awaitExit(RunningEngine engine) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (engine.exitStatus().isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return engine.exitStatus();
    }

    private static Scenario scenario(String... sets) {
        ScenarioFile file =
                ScenarioLoader.load(
                        SCENARIO, Stream.of(sets).map(ScenarioOverride::parse).toList());
        return switch (file) {
            case ScenarioFile.Loaded loaded -> loaded.scenarios().getFirst();
            case ScenarioFile.Rejected rejected ->
                    throw new AssertionError(rejected.problems().toString());
        };
    }
}
