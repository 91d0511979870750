package dev.shakedown.workloads.smoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SmokeCheckTest {
    private static final SmokeCheck TWO_BY_TWO = new SmokeCheck(2, 2);
    private static final long SAMPLES = 1_000_000;

    @Test
    void goldenLogDidNotFinishBecauseOfItsBrokenTask() {
        assertThat(TWO_BY_TWO.outcome(GoldenPiLog.lines()))
                .isEqualTo(
                        new SmokeOutcome.NotFinished("task 3 failed: CUDA error: out of memory"));
    }

    @Test
    void oneTaskOnEachGpuPasses() {
        SmokeOutcome outcome =
                TWO_BY_TWO.outcome(
                        log(
                                task(0, "a", "0"),
                                task(1, "a", "1"),
                                task(2, "b", "0"),
                                task(3, "b", "1")));

        assertThat(outcome).isInstanceOf(SmokeOutcome.Passed.class);
        assertThat(((SmokeOutcome.Passed) outcome).pi()).isCloseTo(Math.PI, within(1e-5));
        assertThat(outcome.text()).isEqualTo("π ≈ 3.141592 from 4,000,000 samples on 4 GPUs");
    }

    @Test
    void gpuThatStayedIdleIsNamed() {
        assertThat(
                        TWO_BY_TWO.outcome(
                                log(
                                        task(0, "a", "0"),
                                        task(1, "a", "0"),
                                        task(2, "b", "0"),
                                        task(3, "b", "1"))))
                .isEqualTo(new SmokeOutcome.WrongPlacement(List.of("GPU 1 of 10.0.0.a (node a)")));
    }

    @Test
    void twoNumbersWithOneUuidAreOneGpu() {
        PiLine.Task first = measured(0, "a", "0", "GPU-x", 1000);
        PiLine.Task second = measured(1, "a", "1", "GPU-x", 1000);

        assertThat(new SmokeCheck(1, 2).outcome(log(first, second)))
                .isEqualTo(new SmokeOutcome.WrongPlacement(List.of("GPU 1 of 10.0.0.a (node a)")));
    }

    @Test
    void nodeThatTookNoPartIsMissed() {
        assertThat(TWO_BY_TWO.outcome(log(task(0, "a", "0"), task(1, "a", "1"))))
                .isEqualTo(
                        new SmokeOutcome.WrongPlacement(List.of("all 2 GPUs of 1 more node(s)")));
    }

    @Test
    void taskWithoutSamplesDidNoWork() {
        PiLine.Task lazy =
                new PiLine.Task(
                        1,
                        "a",
                        "10.0.0.a",
                        "a",
                        Optional.of("1"),
                        Optional.empty(),
                        0,
                        0,
                        1,
                        OptionalDouble.empty(),
                        Optional.empty());

        assertThat(new SmokeCheck(1, 2).outcome(log(task(0, "a", "0"), lazy)))
                .isInstanceOf(SmokeOutcome.WrongPlacement.class);
    }

    @Test
    void biasedGpuGivesAWrongAnswer() {
        PiLine.Task biased = counted(1, "a", "1", (long) (SAMPLES * Math.PI / 4 * 1.01));

        SmokeOutcome outcome = new SmokeCheck(1, 2).outcome(log(task(0, "a", "0"), biased));

        assertThat(outcome).isInstanceOf(SmokeOutcome.WrongAnswer.class);
        assertThat(outcome.text()).contains("is off by 0.0157");
    }

    @Test
    void toleranceIsFiveStandardErrors() {
        // 4·sqrt(p(1−p)/n) with p = π/4 is 1.642/sqrt(n)
        assertThat(SmokeCheck.tolerance(1_000_000)).isCloseTo(5 * 1.6421e-3, within(1e-6));
    }

    @Test
    void logWithoutAnEndIsNotFinished() {
        assertThat(new SmokeCheck(1, 1).outcome(List.of(task(0, "a", "0"))))
                .isEqualTo(new SmokeOutcome.NotFinished("the job's last line is missing"));
    }

    @Test
    void gpuUnderNinetyPercentOfItsPeersIsAFindingWithItsClocks() {
        PiLine.GpuState hot =
                new PiLine.GpuState(
                        3, "b", Optional.of("GPU-3"), 1200, "hardware thermal slowdown");
        List<PiLine> lines =
                List.of(
                        hot,
                        measured(0, "a", "0", "GPU-0", 2400),
                        measured(1, "a", "1", "GPU-1", 2410),
                        measured(2, "b", "0", "GPU-2", 2170),
                        measured(3, "b", "1", "GPU-3", 2150));

        assertThat(SmokeCheck.slowGpus(lines))
                .singleElement()
                .satisfies(
                        slow -> {
                            assertThat(slow.gpu()).isEqualTo("GPU-3");
                            assertThat(slow.peersMedian()).isEqualTo(2400);
                            assertThat(slow.text())
                                    .isEqualTo(
                                            "GPU-3 on b (10.0.0.b) moved 2150 GB/s, 90 % of its"
                                                    + " peers' 2400; SM clock 1200 MHz, throttled"
                                                    + " by: hardware thermal slowdown");
                        });
    }

    @Test
    void withoutBandwidthsNothingIsFound() {
        assertThat(SmokeCheck.slowGpus(log(task(0, "a", "0"), task(1, "a", "1")))).isEmpty();
    }

    private static List<PiLine> log(PiLine.Task... tasks) {
        List<PiLine> lines = new ArrayList<>(List.of(tasks));
        lines.add(new PiLine.End(OptionalDouble.of(3.14), 1, 1, 1, Optional.empty()));
        return lines;
    }

    private static PiLine.Task task(int task, String node, String gpu) {
        return counted(task, node, gpu, (long) (SAMPLES * Math.PI / 4));
    }

    private static PiLine.Task counted(int task, String node, String gpu, long inside) {
        return new PiLine.Task(
                task,
                node,
                "10.0.0." + node,
                node,
                Optional.of(gpu),
                Optional.empty(),
                SAMPLES,
                inside,
                1,
                OptionalDouble.empty(),
                Optional.empty());
    }

    private static PiLine.Task measured(
            int task, String node, String gpu, String uuid, double gbPerSecond) {
        return new PiLine.Task(
                task,
                node,
                "10.0.0." + node,
                node,
                Optional.of(gpu),
                Optional.of(uuid),
                SAMPLES,
                785_398,
                1,
                OptionalDouble.of(gbPerSecond),
                Optional.empty());
    }
}
