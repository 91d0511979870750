package dev.shakedown.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatedEngine.Split;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** On a GPU so fast that a step takes 10 ms whatever is in it. */
class EngineCoreTest {
    private static final double FAST = 1e12;
    private static final Calibration EXACT =
            new Calibration(FAST, FAST, FAST, FAST, 4, FAST, 0, 0, 1e-3, 10e-3, 0, 0, 50e-3, 2.5e9);
    private static final long PLENTY = 1 << 20;

    private final VirtualClock time = new VirtualClock();
    private final List<String> log = new ArrayList<>();

    /** Else a simulator on a slow machine would simulate a slower front end. */
    @Test
    void readingARequestIsPartOfTheFrontEnd() {
        EngineCore engine = engine(4, 8192, PLENTY);
        Generation generation = new Generation(1000, 1, 1, 7);
        time.after(Duration.ofMillis(30), () -> engine.submit(generation, sink("in time"), 0));
        time.after(Duration.ofMillis(130), () -> engine.submit(generation, sink("too late"), 0));

        time.run();

        assertThat(log).containsExactly("in time1@60 LENGTH", "too late1@140 LENGTH");
    }

    @Test
    void tokensComeAtTheEndOfTheirSteps() {
        submit(engine(4, 8192, PLENTY), "a", 1000, 3);

        time.run();

        assertThat(log).containsExactly("a1@60", "a2@70", "a3@80 LENGTH");
    }

    @Test
    void allRunningRequestsMoveInOneStep() {
        EngineCore engine = engine(4, 8192, PLENTY);
        submit(engine, "a", 1000, 4);
        time.after(Duration.ofMillis(5), () -> submit(engine, "b", 1000, 2));

        time.run();

        // b arrives at 55 in the step that ends at 60; its prompt is in the next one, beside a's.
        assertThat(log)
                .containsExactly(
                        "a1@60", "b1@70", "a2@70", "a3@80", "b2@80 LENGTH", "a4@90 LENGTH");
        assertThat(engine.steps()).isEqualTo(4);
    }

    @Test
    void whatDoesNotFitWaitsInTheOrderItCame() {
        EngineCore engine = engine(1, 8192, PLENTY);
        submit(engine, "a", 1000, 2);
        submit(engine, "b", 1000, 1);
        submit(engine, "c", 1000, 1);
        time.after(Duration.ofMillis(55), () -> log.add("waiting " + engine.waiting()));

        time.run();

        assertThat(log)
                .containsExactly(
                        "waiting 2", "a1@60", "a2@70 LENGTH", "b1@80 LENGTH", "c1@90 LENGTH");
        assertThat(engine.metrics().generationTokens()).isEqualTo(4);
    }

    @Test
    void promptIsCutToWhatTheBudgetLeavesAfterTheDecodes() {
        EngineCore engine = engine(4, 100, PLENTY);
        submit(engine, "a", 50, 5);
        time.after(Duration.ofMillis(8), () -> submit(engine, "b", 200, 1));

        time.run();

        // 99 tokens beside a's one at 60 and at 70, the last two at 80.
        assertThat(log)
                .containsExactly(
                        "a1@60", "a2@70", "a3@80", "b1@90 LENGTH", "a4@90", "a5@100 LENGTH");
    }

    @Test
    void cacheThatRunsOutPreemptsTheLastWhichIsComputedAgain() {
        EngineCore engine = engine(4, 8192, 3 * MemoryFit.BLOCK);
        submit(engine, "a", 16, 18);
        submit(engine, "b", 16, 3);

        time.run();

        // At 70 b wants a second block, which a has; it starts over when a has ended.
        assertThat(log.subList(0, 4)).containsExactly("a1@60", "b1@70", "a2@70", "a3@80");
        assertThat(log).endsWith("a18@230 LENGTH", "b2@240", "b3@250 LENGTH");
        assertThat(engine.preemptions()).isEqualTo(1);
        assertThat(engine.kvUsage()).isZero();
        assertThat(page(engine))
                .contains("vllm:request_num_preemptions_count{engine=\"0\",model_name=\"m\"} 2.0")
                .contains("vllm:request_num_preemptions_sum{engine=\"0\",model_name=\"m\"} 1.0");
    }

    @Test
    void prefixThatIsThereIsNotComputedAgain() {
        EngineCore engine = engine(4, 32, PLENTY);
        PromptBlocks prompt = PromptBlocks.of(new int[64]);
        engine.submit(new Generation(64, 1, 1, 1).with(prompt), sink("a"));
        time.run();
        engine.submit(new Generation(64, 1, 1, 2).with(prompt), sink("b"));
        time.run();

        // Two steps of 32 tokens; then only the last block, whose last token must be computed.
        assertThat(log).containsExactly("a1@70 LENGTH", "b1@130 LENGTH");
        assertThat(engine.prefixHits()).isEqualTo(48);
        assertThat(page(engine))
                .contains(bySource("prompt_tokens_by_source", "local_compute", 80))
                .contains(bySource("prompt_tokens_by_source", "local_cache_hit", 48))
                .contains(bySource("prompt_tokens_cached_by_source", "device", 48))
                .contains("vllm:prompt_tokens_cached_total{engine=\"0\",model_name=\"m\"} 48.0")
                .contains(
                        "vllm:request_prefill_kv_computed_tokens_sum{engine=\"0\",model_name=\"m\"} 80.0");
        engine.resetPrefixCache();
        engine.submit(new Generation(64, 1, 1, 3).with(prompt), sink("c"));
        time.run();
        assertThat(log).endsWith("c1@200 LENGTH");
    }

    @Test
    void asManyBatchesAsStagesAreOnTheirWay() {
        EngineCore engine = engine(cluster(1, 8192, new Split(1, 2, 1)), PLENTY);
        submit(engine, "a", 10, 3);

        time.run();

        // Two stages of 10 ms and a hop of 1 ms a token.
        assertThat(log).containsExactly("a1@71", "a2@92", "a3@113 LENGTH");
    }

    @Test
    void secondBatchFollowsTheFirstThroughThePipeline() {
        EngineCore engine = engine(cluster(4, 8192, new Split(1, 2, 1)), PLENTY);
        submit(engine, "a", 10, 2);
        time.after(Duration.ofMillis(1), () -> submit(engine, "b", 10, 2));

        time.run();

        assertThat(log).containsExactly("a1@71", "b1@81", "a2@92 LENGTH", "b2@102 LENGTH");
    }

    @Test
    void abortFreesThePlaceAndCountsOnce() {
        EngineCore engine = engine(1, 8192, PLENTY);
        Runnable abort = engine.submit(new Generation(1000, 9, 9, 1), sink("a"));
        Runnable abortWaiting = engine.submit(new Generation(1000, 9, 9, 2), sink("b"));
        submit(engine, "c", 1000, 1);
        time.after(
                Duration.ofMillis(55),
                () -> {
                    abortWaiting.run();
                    abort.run();
                    abort.run();
                });

        time.run();

        // The step under way is not cut short.
        assertThat(log).containsExactly("c1@70 LENGTH");
        assertThat(engine.metrics().ended(FinishReason.ABORT)).isEqualTo(2);
        assertThat(engine.running()).isZero();
        assertThat(engine.kvUsage()).isZero();
    }

    @Test
    void abortAfterTheEndChangesNothing() {
        EngineCore engine = engine(1, 8192, PLENTY);
        Runnable abort = engine.submit(new Generation(1, 1, 1, 1), sink("a"));
        time.run();

        abort.run();

        assertThat(engine.metrics().ended(FinishReason.ABORT)).isZero();
        assertThat(engine.metrics().ended(FinishReason.LENGTH)).isEqualTo(1);
    }

    /** A clock that comes 7 ms late once, as real ones do. */
    @Test
    void lateClockDelaysNothingAfterIt() {
        long[] late = {0};
        Ticks lateOnce =
                new Ticks() {
                    @Override
                    public long nanoTime() {
                        return time.nanoTime();
                    }

                    @Override
                    public Runnable after(Duration delay, Runnable action) {
                        return time.after(delay.plusNanos(late[0]), action);
                    }
                };
        EngineCore engine =
                new EngineCore(
                        EngineSetup.of(cluster(1, 8192, new Split(1, 1, 1)), PLENTY, EXACT),
                        lateOnce,
                        new EngineMetrics(8192));
        submit(engine, "a", 10, 3);
        time.after(Duration.ofMillis(45), () -> late[0] = 7_000_000);
        time.after(Duration.ofMillis(61), () -> late[0] = 0);

        time.run();

        assertThat(log).containsExactly("a1@67", "a2@70", "a3@80 LENGTH");
    }

    private EngineCore engine(int maxNumSeqs, int maxBatchedTokens, long kvTokens) {
        return engine(cluster(maxNumSeqs, maxBatchedTokens, new Split(1, 1, 1)), kvTokens);
    }

    private EngineCore engine(SimulatedCluster cluster, long kvTokens) {
        return new EngineCore(
                EngineSetup.of(cluster, kvTokens, EXACT), time, new EngineMetrics(8192));
    }

    private static SimulatedCluster cluster(int maxNumSeqs, int maxBatchedTokens, Split split) {
        SimulatedEngine.Tuning tuning =
                new SimulatedEngine.Tuning(
                        OptionalInt.of(maxNumSeqs),
                        OptionalInt.of(maxBatchedTokens),
                        .9,
                        false,
                        true);
        return new SimulatedCluster(
                1,
                2,
                "H100-SXM-80GB",
                new SimulatedEngine("builtin:tiny", "m", "", 8192, tuning, "mp", split));
    }

    private static String page(EngineCore engine) {
        SimulatedEngine served = cluster(4, 8192, new Split(1, 1, 1)).engine();
        return new MetricsPage(served, PLENTY, List.of(engine)).render();
    }

    private static String bySource(String family, String source, int tokens) {
        return "vllm:%s_total{engine=\"0\",model_name=\"m\",source=\"%s\"} %d.0"
                .formatted(family, source, tokens);
    }

    private void submit(EngineCore engine, String name, int prompt, int output) {
        engine.submit(new Generation(prompt, output, output, 1), sink(name));
    }

    private TokenSink sink(String name) {
        return (id, count, last, reason) ->
                log.add(
                        name
                                + count
                                + "@"
                                + time.nanoTime() / 1_000_000
                                + (last ? " " + reason : ""));
    }
}
