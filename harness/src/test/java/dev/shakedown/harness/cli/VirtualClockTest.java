package dev.shakedown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each command says to {@code cluster.clock: virtual}. */
class VirtualClockTest {
    private static final String SCENARIO = "../scenarios/2x8-tp8-pp2.yaml";
    private static final String VIRTUAL = "cluster.clock=virtual";

    @TempDir private Path runs;

    @ParameterizedTest
    @CsvSource({
        "run --keep, for clusters that come up",
        "run --reuse last, for clusters that come up",
        "check, there is nothing to check",
        "simulate, simulate needs --set cluster.clock=wall"
    })
    void whatNeedsAClusterThatIsThereIsRefused(String command, String why) {
        String line = command + " " + SCENARIO + " --set " + VIRTUAL;
        Captured refused = Captured.main(line.split(" "));
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains(why).contains("cluster.clock=wall");
    }

    @Test
    void planSaysThatNothingIsStarted() {
        Captured plan = Captured.main("plan", SCENARIO, "--set", VIRTUAL);
        assertThat(plan.exit()).isZero();
        assertThat(plan.out())
                .contains("nothing is started")
                .contains("vllm serve")
                .doesNotContain("ray job submit");
        assertThat(plan.out().lines()).allMatch(line -> line.isEmpty() || line.startsWith("#"));
    }

    @Test
    void runSaysWhatItIsAndWhatItSkips() {
        Captured run =
                Captured.main(
                        "run",
                        SCENARIO,
                        "--set",
                        VIRTUAL,
                        "--set",
                        "load.duration=1s",
                        "--runs",
                        runs.toString());
        assertThat(run.err())
                .contains("SIMULATED cluster on a virtual clock")
                .contains("nothing computes on a virtual clock")
                .contains("nothing is sent between nodes on a virtual clock");
        assertThat(run.out()).contains("SIMULATED on a virtual clock: no GPU, no network");
    }
}
