package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.simulator.fault.FaultKind;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Faults that must end in the right outcome; the most telling ones, {@link FaultsRealIT} the
 * others.
 */
class FaultsTest {
    @TempDir Path runs;

    static Stream<FaultRuns> mostTelling() {
        return FaultRuns.of(
                "ray.ray-version-mismatch",
                "gpus.gpu-lost",
                "network.cross-node-tcp-blocked",
                "network.nccl-on-sockets",
                "engine-start.out-of-memory-at-load",
                "engine-start.silent-start",
                "engine-load.gpu-lost-in-load",
                "requests.truncated-stream");
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("mostTelling")
    @Timeout(120)
    void endsAsItMust(FaultRuns run) {
        run.run(runs);
    }

    @Test
    void everyFaultHasAScenarioAndEveryScenarioAnEnd() {
        assertThat(FaultRuns.shipped().stream().flatMap(one -> one.faults().stream()))
                .extracting(fault -> fault.kind().name())
                .containsAll(FaultKind.KNOWN.stream().map(FaultKind::name).toList());
        assertThat(FaultRuns.all().map(FaultRuns::scenario))
                .containsExactlyInAnyOrderElementsOf(
                        FaultRuns.shipped().stream().map(Scenario::name).toList());
    }
}
