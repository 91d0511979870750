package dev.shakedown.workloads.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PiLineParserTest {

    @Test
    void everyLineOfTheGoldenFileIsUnderstood() {
        assertThat(GoldenPiLog.lines()).hasSameSizeAs(GoldenPiLog.text());
        assertThat(GoldenPiLog.lines())
                .extracting(line -> (Object) line.getClass())
                .contains(
                        PiLine.Start.class,
                        PiLine.Note.class,
                        PiLine.Placed.class,
                        PiLine.Progress.class,
                        PiLine.Pending.class,
                        PiLine.GpuState.class,
                        PiLine.Task.class,
                        PiLine.End.class);
    }

    @Test
    void fieldsArriveWhereTheyBelong() {
        List<PiLine> lines = GoldenPiLog.lines();

        assertThat(lines.getFirst())
                .isEqualTo(
                        new PiLine.Start(
                                4,
                                2_000_000,
                                2,
                                25_000,
                                42,
                                List.of(
                                        new PiLine.Node("a1", "10.0.0.1", 2),
                                        new PiLine.Node("b2", "10.0.0.2", 2))));
        assertThat(lines)
                .contains(
                        new PiLine.Progress(0, "a1", 1_000_000, 2_000_000),
                        new PiLine.GpuState(0, "a1", Optional.of("GPU-0a"), 1980, "none"),
                        new PiLine.Task(
                                0,
                                "a1",
                                "10.0.0.1",
                                "node-a",
                                Optional.of("0"),
                                Optional.of("GPU-0a"),
                                2_000_000,
                                1_570_796,
                                3.5,
                                OptionalDouble.of(2410.5),
                                Optional.empty()));
        assertThat(lines.getLast())
                .isEqualTo(
                        new PiLine.End(
                                OptionalDouble.of(3.14147),
                                6_000_000,
                                4_712_209,
                                9.1,
                                Optional.of("task 3 failed: CUDA error: out of memory")));
    }

    @Test
    void missingGpuIsEmptyNotText() {
        assertThat(GoldenPiLog.lines())
                .filteredOn(PiLine.Task.class::isInstance)
                .map(PiLine.Task.class::cast)
                .filteredOn(task -> task.task() == 2)
                .first()
                .satisfies(
                        task -> {
                            assertThat(task.gpuUuid()).isEmpty();
                            assertThat(task.gbPerSecond()).isEmpty();
                        });
    }

    @Test
    void lineIsFoundBetweenTextOfRay() {
        String mixed =
                "(raylet) something {\"step\":\"note\",\"text\":\"hello\"}(sampling_task pid=7) more";

        assertThat(PiLineParser.parse(mixed)).contains(new PiLine.Note("hello"));
    }

    @Test
    void otherTextTornLinesAndUnknownStepsArePassedOver() {
        assertThat(
                        PiLineParser.parseAll(
                                List.of(
                                        "2026-11-23 INFO worker.py:1691 -- Using address",
                                        "{\"step\":\"task\",\"task\":3,\"nodeId\":\"a",
                                        "{\"step\":\"warp\",\"factor\":9}",
                                        "")))
                .isEmpty();
    }

    @Test
    void fieldsOfANewerJobAreIgnoredAndThoseOfAnOlderOneMayMiss() {
        assertThat(PiLineParser.parse("{\"step\":\"pending\",\"task\":1,\"since\":{\"s\":3}}"))
                .contains(new PiLine.Pending(1, ""));
    }
}
