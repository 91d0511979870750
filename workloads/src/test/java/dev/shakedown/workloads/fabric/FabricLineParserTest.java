package dev.shakedown.workloads.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class FabricLineParserTest {

    @Test
    void everyLineOfTheGoldenFileIsUnderstood() {
        assertThat(GoldenFabricLog.lines()).hasSameSizeAs(GoldenFabricLog.text());
        assertThat(GoldenFabricLog.lines())
                .extracting(line -> (Object) line.getClass())
                .contains((Object[]) FabricLine.class.getPermittedSubclasses());
    }

    @Test
    void fieldsArriveWhereTheyBelong() {
        assertThat(GoldenFabricLog.lines())
                .contains(
                        new FabricLine.Start(
                                4,
                                List.of(
                                        new FabricLine.Node("a1", "10.0.0.1", 2),
                                        new FabricLine.Node("b2", "10.0.0.2", 2))),
                        new FabricLine.Rank(
                                3,
                                "b2",
                                "10.0.0.2",
                                "node-b",
                                Optional.of("1"),
                                Optional.of("15000-31999"),
                                Map.of("VLLM_HOST_IP", "10.0.0.2")),
                        new FabricLine.Tcp(
                                "10.0.0.1",
                                "10.0.0.2",
                                "node-a",
                                "node-b",
                                41023,
                                "ok",
                                OptionalDouble.of(.21),
                                Optional.empty()),
                        new FabricLine.Transport(1, 2, "NET/IB/0/GDRDMA"),
                        new FabricLine.Pair(
                                new Reduction(
                                        List.of(0, 2),
                                        268_435_456,
                                        OptionalDouble.of(.0058),
                                        OptionalDouble.of(46.28),
                                        "nccl",
                                        "ok",
                                        List.of(),
                                        Optional.empty())),
                        new FabricLine.End(14.2, Optional.empty()));
    }

    @Test
    void otherTextTornLinesAndUnknownStepsArePassedOver() {
        assertThat(
                        FabricLineParser.parseAll(
                                List.of(
                                        "INFO worker.py:1691 -- Using address",
                                        "{\"step\":\"fabric.tcp\",\"from\":\"10.",
                                        "{\"step\":\"fabric.warp\",\"factor\":9}",
                                        "{\"step\":\"note\",\"text\":\"of another job\"}")))
                .isEmpty();
    }
}
