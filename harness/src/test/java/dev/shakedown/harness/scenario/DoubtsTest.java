package dev.shakedown.harness.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Warnings: the scenario loads, and the user is told what to expect of it. */
class DoubtsTest {
    private static final Path ONE_NODE = ShippedScenariosTest.SCENARIOS.resolve("1x8-tp8.yaml");

    @Test
    void tooFewRequestsForAGatedPercentile() {
        assertThat(warnings("load.duration=10s", "limits={ttft.p99: 2s}"))
                .containsExactly(
                        "--set limits={ttft.p99: 2s}: limits.ttft.p99: needs 662 requests; 14/s for 10s offers about 140; write load.duration: 54s or limit a lower percentile");
    }

    @Test
    void randomScheduleThatMayDrawTooFewRequests() {
        assertThat(warnings("load.duration=27s", "limits={ttft.p99: 2s}")).hasSize(1);
        assertThat(
                        warnings(
                                "load.duration=27s",
                                "limits={ttft.p99: 2s}",
                                "load.arrivals.constant=25/s"))
                .isEmpty();
    }

    @Test
    void closedLoopAndChunkGapsAreNotForeseen() {
        assertThat(warnings("load.duration=1s", "load.arrivals.closedLoop=1")).isEmpty();
        assertThat(warnings("load.duration=1s", "limits={icl.p99: 1s}")).isEmpty();
    }

    /** 0.25 doubles the standard deviation: 40/s for 20 s may well draw 630 requests. */
    @Test
    void burstsDrawLessEvenlyThanAPoissonProcess() {
        assertThat(
                        warnings(
                                "limits={ttft.p99: 2s}",
                                "load.duration=20s",
                                "load.arrivals={gamma: {rate: 40/s, burstiness: 0.25}}"))
                .singleElement()
                .asString()
                .contains("40/s for 20s offers about 800; write load.duration: 21s");
        assertThat(
                        warnings(
                                "limits={ttft.p99: 2s}",
                                "load.duration=20s",
                                "load.arrivals={gamma: {rate: 40/s, burstiness: 1}}"))
                .isEmpty();
    }

    @Test
    void scheduleThatEndsBeforeItsArrivalsDo() {
        assertThat(
                        warnings(
                                "load.warmUp=10s",
                                "load.duration=30s",
                                "limits={}",
                                "load.arrivals={ramp: {from: 1/s, to: 9/s, over: 60s}}"))
                .singleElement()
                .asString()
                .endsWith(
                        "load.arrivals: takes 1m, but warmUp and duration end after 40s; write load.duration: 50s");
        assertThat(
                        warnings(
                                "load.warmUp=10s",
                                "limits={}",
                                "load.arrivals={closedLoop: {users: 8, rampUp: 20s}}"))
                .singleElement()
                .asString()
                .endsWith("write load.warmUp: 20s");
    }

    @Test
    void paceUnderARateThatChanges() {
        String ramp = "load.arrivals={ramp: {from: 10/s, to: 20/s, over: 20s}}";
        assertThat(warnings("load.duration=60s", "limits={achievedRate: 0.98}", ramp))
                .singleElement()
                .asString()
                .endsWith("says little while the rate of the arrivals changes; leave it out");
        assertThat(
                        warnings(
                                "load.warmUp=20s",
                                "load.duration=60s",
                                "limits={achievedRate: 0.98}",
                                ramp))
                .isEmpty();
    }

    @Test
    void smokeTimeoutBeyondItsDeadline() {
        assertThat(warnings("smoke.monteCarloPi.timeout=20m"))
                .containsExactly(
                        "--set smoke.monteCarloPi.timeout=20m: smoke.monteCarloPi.timeout: 20m is beyond deadlines.smoke, which ends the step after 10m");
    }

    @Test
    void idleGpus() {
        assertThat(warnings("engine={model: m, tensorParallel: 4}"))
                .containsExactly(
                        "--set engine={model: m, tensorParallel: 4}: engine: uses 4 of 8 GPUs; the others stay idle under load");
    }

    @Test
    void requestsLongerThanTheContext() {
        assertThat(warnings("engine.args=[--max-model-len, 8192]"))
                .singleElement()
                .asString()
                .endsWith(
                        ": load.prompts: the longest request is 8,000 + 256 tokens, --max-model-len is 8,192; the engine refuses such requests");
    }

    @Test
    void blockOfAProviderThatIsNotChosen() {
        assertThat(warnings("attach.baseUrl=http://h"))
                .containsExactly(
                        "--set attach.baseUrl=http://h: attach: is not used, cluster.provider is simulated");
    }

    @Test
    void turnsThatAreDueBeforeTheyCanBeWritten() {
        String late = "leaves that much later; write think: 1s";
        assertThat(warnings("limits={}", "load.prompts.sessions={turns: 3}"))
                .anyMatch(warning -> warning.endsWith(late));
        assertThat(warnings("limits={}", "load.prompts.sessions={turns: 3, think: 1s}"))
                .noneMatch(warning -> warning.endsWith(late));
    }

    private static List<String> warnings(String... sets) {
        return Loads.lines(ONE_NODE, Loads.loaded(ONE_NODE, sets).warnings());
    }
}
