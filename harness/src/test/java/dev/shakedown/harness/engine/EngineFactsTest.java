package dev.shakedown.harness.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class EngineFactsTest {
    @Test
    void mpOnOneHostProvesBothRanksThoughOnlyOneSaysItsPlace() {
        EngineFacts facts = SampleLogs.facts("vllm-tp2.log");

        assertThat(facts.version()).hasValue("0.32.0");
        assertThat(facts.executor()).hasValue("mp");
        assertThat(facts.backend()).hasValue("gloo");
        assertThat(facts.worldSize()).hasValue(2);
        assertThat(facts.localWorldSize()).hasValue(2);
        assertThat(facts.kvCacheTokens()).hasValue(1_048_576);
        assertThat(facts.maxConcurrency()).hasValue(512.0);
        assertThat(facts.ranks())
                .containsExactly(
                        new RankPlace(0, 0, 0, 0, "head", 31646, OptionalInt.of(0)),
                        new RankPlace(1, 0, 0, 1, "head", 31650, OptionalInt.of(1)));
        assertThat(facts.startUp())
                .containsEntry(EngineFacts.MODEL, Duration.ofMillis(513))
                .containsEntry(EngineFacts.INIT, Duration.ofMillis(3690));
    }

    @Test
    void rayExecutorNamesTheOtherNodesAddress() {
        EngineFacts facts = SampleLogs.facts("vllm-ray-executor-plugin-tp2.log");

        assertThat(facts.executor()).hasValue("ray");
        assertThat(facts.ranks())
                .extracting(RankPlace::rank, RankPlace::tp, RankPlace::pp, RankPlace::node)
                .containsExactly(tuple(0, 0, 0, "head"), tuple(1, 1, 0, "10.77.0.12"));
    }

    @Test
    void pipelineStagesOnRayAreToldFromWhatLittleTheFoldedLogKept() {
        EngineFacts facts = SampleLogs.facts("vllm-ray-executor-plugin-pp2.log");

        assertThat(facts.folded()).isTrue();
        assertThat(facts.ranks())
                .extracting(RankPlace::rank, RankPlace::pp, RankPlace::tp, RankPlace::node)
                .containsExactly(tuple(0, 0, 0, "head"), tuple(1, 1, 0, "10.77.0.12"));
    }

    @Test
    void mpOnTwoNodesShowsOnlyItsOwnRanksAndThatThereAreMore() {
        EngineFacts head = SampleLogs.facts("vllm-2node-tp2-node0.log");
        EngineFacts other =
                EngineLog.factsOf(SampleLogs.file("vllm-2node-tp2-node1.log"), "10.77.0.12");

        assertThat(head.ranks()).extracting(RankPlace::rank).containsExactly(0);
        assertThat(head.worldSize()).hasValue(2);
        assertThat(head.localWorldSize()).hasValue(1);
        assertThat(head.with(other).ranks())
                .extracting(RankPlace::rank, RankPlace::node)
                .containsExactly(tuple(0, "head"), tuple(1, "10.77.0.12"));
    }

    @Test
    void linesOfGpuMachinesAndOlderReleasesAreUnderstood() {
        FactsBuilder facts = new FactsBuilder();
        List.of(
                        "INFO 04-08 03:47:57 [core.py:61] Initializing a V1 LLM engine (v0.8.3)"
                                + " with config: model='m', tensor_parallel_size=2,"
                                + " pipeline_parallel_size=2, disable_custom_all_reduce=False",
                        "(RayWorkerWrapper pid=44970, ip=10.240.34.77) INFO 07-25 02:39:22"
                                + " [parallel_state.py:1004] rank 3 in world size 4 is assigned as"
                                + " DP rank 0, PP rank 1, TP rank 1",
                        "(Worker_TP0 pid=5) INFO 07-25 02:39:22 [default_loader.py:397] Loading"
                                + " weights took 4.18 seconds",
                        "(Worker_TP1 pid=6) INFO 07-25 02:39:22 [default_loader.py:397] Loading"
                                + " weights took 5.5 seconds",
                        "INFO 07-25 02:39:22 [monitor.py:34] torch.compile takes 39.60 s in total",
                        "INFO 07-25 02:39:22 [gpu_model_runner.py:1499] Graph capturing finished"
                                + " in 25 secs, took 1.58 GiB",
                        "INFO 07-25 02:39:22 [kv_cache_utils.py:1087] GPU KV cache size: 162,704"
                                + " tokens",
                        "INFO 07-25 02:39:22 [kv_cache_utils.py:1091] Maximum concurrency for"
                                + " 16,000 tokens per request: 10.17x",
                        "(EngineCore_DP0 pid=9) INFO 07-25 02:39:22 [core.py:138] init engine"
                                + " (profile, create kv cache, warmup model) took 70.27 seconds")
                .forEach(
                        line ->
                                EngineLogLines.events(LogLine.of(line, RankPlace.HEAD))
                                        .forEach(facts::accept));
        EngineFacts found = facts.facts();

        assertThat(found.version()).hasValue("0.8.3");
        assertThat(found.kvCacheTokens()).hasValue(162_704);
        assertThat(found.maxConcurrency()).hasValue(10.17);
        assertThat(found.startUp())
                .containsEntry(EngineFacts.WEIGHTS, Duration.ofMillis(5500))
                .containsEntry(EngineFacts.COMPILE, Duration.ofMillis(39_600))
                .containsEntry(EngineFacts.GRAPHS, Duration.ofSeconds(25))
                .containsEntry(EngineFacts.INIT, Duration.ofMillis(70_270));
        assertThat(found.ranks())
                .containsExactly(
                        new RankPlace(3, 0, 1, 1, "10.240.34.77", 44970, OptionalInt.empty()));
    }

    @Test
    void progressBarsOfLoadersBecomeFractions() {
        assertThat(
                        EngineLogLines.events(
                                LogLine.of(
                                        "(Worker_TP0 pid=5) Loading safetensors checkpoint shards:"
                                                + "  25% Completed | 1/4 [00:00<00:02]",
                                        RankPlace.HEAD)))
                .contains(new EngineEvent.LoadingWeights(0.25));
        assertThat(
                        EngineLogLines.events(
                                LogLine.of(
                                        "Capturing CUDA graphs (mixed prefill-decode, PIECEWISE):"
                                                + "  42%|████▏     | 28/67 [00:01<00:02]",
                                        RankPlace.HEAD)))
                .contains(new EngineEvent.CapturingGraphs(0.42));
    }
}
