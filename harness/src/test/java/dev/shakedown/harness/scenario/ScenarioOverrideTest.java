package dev.shakedown.harness.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.TokenLengths;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.SampleFloor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code --set} on shipped scenarios. */
class ScenarioOverrideTest {
    private static final Path ONE_NODE = ShippedScenariosTest.SCENARIOS.resolve("1x8-tp8.yaml");
    private static final Path SHAPES = ShippedScenariosTest.SCENARIOS.resolve("shapes.yaml");
    private static final Path ATTACH = ShippedScenariosTest.SCENARIOS.resolve("attach.yaml");

    @Test
    void valueReplacesTheFilesValue() {
        assertThat(load("load.duration=1m").duration()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void settingOneArrivalReplacesAnother() {
        assertThat(load("load.arrivals.constant=30/m").arrivals())
                .isEqualTo(new Arrivals.Constant(0.5));
        assertThat(load("load.arrivals.poisson=8/s", "load.arrivals.closedLoop=4").arrivals())
                .isEqualTo(new Arrivals.ClosedLoop(4));
    }

    @Test
    void settingOneDistributionReplacesAnother() {
        assertThat(
                        load("load.prompts.inputTokens.uniform={min: 1, max: 2}")
                                .prompts()
                                .inputTokens())
                .isEqualTo(new TokenLengths.Uniform(1, 2));
        assertThat(load("load.prompts.inputTokens=7").prompts().inputTokens())
                .isEqualTo(new TokenLengths.Fixed(7));
    }

    @Test
    void dotsBelowLimitsAndEnvBelongToTheKey() {
        Scenario scenario = Loads.one(ONE_NODE, "limits.ttft.p99=3s", "engine.env.a_b=1");
        assertThat(scenario.limits())
                .contains(new Limit.Latency(Metric.TTFT, SampleFloor.P99, Duration.ofSeconds(3)));
        assertThat(scenario.engine().orElseThrow().env()).containsEntry("a_b", "1");
    }

    @Test
    void nullRemovesAKey() {
        assertThat(Loads.one(ONE_NODE, "load=null", "limits=").load()).isEmpty();
    }

    @Test
    void smokeCanBeTurnedOffAndAMatrixDropped() {
        assertThat(Loads.one(ONE_NODE, "smoke=off").smoke()).isEmpty();
        assertThat(Loads.one(SHAPES, "matrix=null").name()).isEqualTo("shapes");
    }

    @Test
    void attachCanBePointedElsewhere() {
        assertThat(
                        Loads.one(ATTACH, "attach.baseUrl=https://h/base")
                                .attach()
                                .orElseThrow()
                                .baseUrl())
                .hasToString("https://h/base");
    }

    @Test
    void unknownPathIsRejectedWithTheNearestKey() {
        assertThat(Loads.problems(ONE_NODE, "load.arivals.poisson=8/s"))
                .containsExactly(
                        "--set load.arivals.poisson=8/s: unknown key \"arivals\" in load; did you mean \"arrivals\"?");
    }

    @Test
    void wrongValueIsRejectedUnderItsOption() {
        assertThat(Loads.problems(ONE_NODE, "load.arrivals.poisson=8", "load.duration=5"))
                .containsExactly(
                        "--set load.arrivals.poisson=8: load.arrivals.poisson: 8 has no unit; write 8/s",
                        "--set load.duration=5: load.duration: 5 has no unit; write 5s");
    }

    @Test
    void brokenYamlIsRejectedUnderItsOption() {
        assertThat(Loads.problems(ONE_NODE, "engine.args=[a"))
                .containsExactly(
                        "--set engine.args=[a: this is not YAML: while parsing a flow sequence, expected ',' or ']', but got <stream end>");
    }

    @Test
    void aliasIsRejectedUnderItsOption() {
        assertThat(Loads.problems(ONE_NODE, "engine.model=*x"))
                .containsExactly(
                        "--set engine.model=*x: the alias *x is not allowed; write the value out");
    }

    @Test
    void itemOfAListIsRejected() {
        assertThat(Loads.problems(ONE_NODE, "engine.args.0=a"))
                .containsExactly(
                        "--set engine.args.0=a: engine.args is a list; set it as a whole: engine.args=[a, b]");
    }

    @Test
    void emptyPartOfAPathIsRejected() {
        assertThat(Loads.problems(ONE_NODE, "load..duration=5s"))
                .containsExactly(
                        "--set load..duration=5s: the path \"load..duration\" has an empty part; write a.b.c");
    }

    @Test
    void removingWhatIsNotThereIsRejected() {
        assertThat(Loads.problems(ONE_NODE, "slo=null"))
                .containsExactly("--set slo=null: there is no slo to remove");
    }

    @Test
    void pathThatTheMatrixSetsIsRejected() {
        assertThat(Loads.problems(SHAPES, "engine.tensorParallel=4"))
                .containsExactly(
                        "--set engine.tensorParallel=4: the matrix sets engine.tensorParallel in every variant; add --set matrix=null to run without it");
    }

    @Test
    void relativeFileCountsFromTheWorkingFolder() {
        assertThat(Loads.problems(ATTACH, "attach.apiKeyFile=nokey"))
                .containsExactly(
                        "--set attach.apiKeyFile=nokey: attach.apiKeyFile: there is no file %s; create it or correct the path"
                                .formatted(Path.of("nokey").toAbsolutePath()));
    }

    @Test
    void optionWithoutPathOrValueIsUsage() {
        for (String argument : List.of("load.duration", "=5s", "")) {
            assertThatThrownBy(() -> ScenarioOverride.parse(argument))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "--set %s: write path=value, as in --set load.arrivals.poisson=8/s",
                            argument);
        }
    }

    private static LoadPlan load(String... sets) {
        return Loads.one(ONE_NODE, sets).load().orElseThrow();
    }
}
