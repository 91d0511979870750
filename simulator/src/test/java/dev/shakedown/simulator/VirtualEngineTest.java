package dev.shakedown.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.simulator.engine.PromptBlocks;
import dev.shakedown.simulator.fault.Fault;
import dev.shakedown.simulator.fault.FaultKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VirtualEngineTest {
    private static final long MINUTE_NS = 60_000_000_000L;

    @TempDir private Path folder;

    /** As over HTTP, where a prompt that was computed is in the prefix cache when it comes back. */
    @Test
    void requestThatComesBackFromPreemptionFindsItselfAndNobodyElse() {
        VirtualEngine full = started(true);
        VirtualEngine forgetful = started(false);
        assertThat(secondsOfLoad(full)).isLessThan(secondsOfLoad(forgetful));
        assertThat(value(full, "vllm:num_preemptions_total")).isPositive();
        assertThat(value(full, "vllm:prefix_cache_hits_total")).isZero();
    }

    /** 100 requests of 256 tokens in the first interval, then nothing: one line each, no third. */
    @Test
    void logsWhatItDidEveryTenSecondsUntilItIsIdle() throws IOException {
        VirtualEngine engine = started(true);
        for (int i = 0; i < 100; i++) {
            engine.submit(i, own(100, i), answer(256, i), (_, _, _, _) -> {});
        }
        for (long now = 0; now < MINUTE_NS; now = engine.nowNanos()) {
            engine.runNext(MINUTE_NS);
        }
        assertThat(Files.readAllLines(folder.resolve("engine.log")))
                .filteredOn(line -> line.contains("loggers.py"))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .contains(
                                                "Engine 000: Avg prompt throughput: 1000.0 tokens/s,"
                                                        + " Avg generation throughput: 2560.0 tokens/s,"
                                                        + " Running: 0 reqs"),
                        line -> assertThat(line).contains("Avg generation throughput: 0.0"));
    }

    @Test
    void aSlowRankSlowsEveryStep() {
        Fault slow =
                new Fault(
                        FaultKind.named("slow-rank").orElseThrow(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        Duration.ZERO,
                        Optional.empty(),
                        1,
                        OptionalDouble.of(.8));
        VirtualEngine usual = started(true);
        VirtualEngine slowed = started(true, List.of(slow));
        assertThat(secondsOfLoad(slowed) / secondsOfLoad(usual)).isBetween(1.2, 1.26);
        assertThat(smClock(slowed) / smClock(usual)).isBetween(.79, .81);
    }

    private static double smClock(VirtualEngine engine) {
        return value(engine.gpus(), "DCGM_FI_DEV_SM_CLOCK");
    }

    /** 500 tokens are 31 whole blocks of 16: what the first one computed, the others find. */
    @Test
    void prefixIsComputedOnceInWholeBlocksAndFoundByThoseWhoShareIt() {
        VirtualEngine engine = started(true);
        for (int i = 0; i < 4; i++) {
            toItsEnd(engine, sharing(500, i % 2, i), answer(8, i));
        }
        assertThat(value(engine, "vllm:prefix_cache_queries_total")).isEqualTo(4 * 600);
        assertThat(value(engine, "vllm:prefix_cache_hits_total")).isEqualTo(2 * 31 * 16);
    }

    private static List<PromptBlocks.Part> own(int tokens, long seed) {
        return List.of(new PromptBlocks.Part(tokens, seed));
    }

    private static PromptBlocks.Part answer(int tokens, long seed) {
        return new PromptBlocks.Part(tokens, 1_000 + seed);
    }

    /** Of 600 and 100 tokens the last one is never computed: 699 have 43 whole blocks of 16. */
    @Test
    void whoGoesOnFromAnAnswerFindsItBehindItsPrompt() {
        VirtualEngine engine = started(true);
        List<PromptBlocks.Part> first = own(600, 1);
        List<PromptBlocks.Part> second =
                List.of(first.getFirst(), answer(100, 1), new PromptBlocks.Part(50, 2));
        List<PromptBlocks.Part> other =
                List.of(first.getFirst(), answer(100, 7), new PromptBlocks.Part(50, 2));
        toItsEnd(engine, first, answer(100, 1));
        toItsEnd(engine, second, answer(8, 2));
        assertThat(value(engine, "vllm:prefix_cache_hits_total")).isEqualTo(43 * 16);
        toItsEnd(engine, other, answer(8, 3));
        assertThat(value(engine, "vllm:prefix_cache_hits_total")).isEqualTo((43 + 37) * 16);
    }

    private static void toItsEnd(
            VirtualEngine engine, List<PromptBlocks.Part> prompt, PromptBlocks.Part answer) {
        boolean[] done = {false};
        engine.submit(0, prompt, answer, (_, _, last, _) -> done[0] = last);
        while (!done[0]) {
            engine.runNext(engine.nowNanos() + MINUTE_NS);
        }
    }

    private static List<PromptBlocks.Part> sharing(int tokens, long prefix, long seed) {
        return List.of(
                new PromptBlocks.Part(tokens, -1 - prefix), new PromptBlocks.Part(100, seed));
    }

    private double secondsOfLoad(VirtualEngine engine) {
        int[] left = {80};
        for (int i = 0; i < 80; i++) {
            engine.submit(
                    i, own(4_000, i), answer(2_000, i), (_, _, last, _) -> left[0] -= last ? 1 : 0);
        }
        while (left[0] > 0) {
            engine.runNext(engine.nowNanos() + MINUTE_NS);
        }
        return engine.nowNanos() / 1e9;
    }

    private VirtualEngine started(boolean prefixCaching) {
        return started(prefixCaching, List.of());
    }

    private VirtualEngine started(boolean prefixCaching, List<Fault> faults) {
        SimulatedEngine.Tuning tuning =
                new SimulatedEngine.Tuning(
                        OptionalInt.empty(), OptionalInt.empty(), .92, false, prefixCaching);
        SimulatedEngine plain =
                new SimulatedEngine(
                        "meta-llama/Llama-3.1-8B-Instruct",
                        "m",
                        "",
                        8192,
                        tuning,
                        "mp",
                        new SimulatedEngine.Split(1, 1, 1));
        SimulatedCluster cluster = new SimulatedCluster(1, 1, "H100-SXM-80GB", plain, faults);
        VirtualEngine engine = new VirtualEngine(cluster, folder);
        assertThat(engine.start(plain, folder.resolve("engine.log"))).isEmpty();
        return engine;
    }

    private static double value(VirtualEngine engine, String metric) {
        return value(engine.metrics(), metric);
    }

    private static double value(String page, String metric) {
        return page.lines()
                .filter(line -> line.startsWith(metric + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf('}') + 2)))
                .sum();
    }
}
