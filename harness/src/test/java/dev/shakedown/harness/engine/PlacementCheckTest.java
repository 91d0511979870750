package dev.shakedown.harness.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.Cluster.Node;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.ClusterSpec;
import dev.shakedown.harness.scenario.Parallelism;
import dev.shakedown.harness.scenario.Provider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class PlacementCheckTest {
    private static final Parallelism TP2 = new Parallelism(2, 1, 1);
    private static final Parallelism PP2 = new Parallelism(1, 2, 1);
    private static final Node HEAD = new Node("a", "10.77.0.11", "h1", 1, true);
    private static final Node WORKER = new Node("b", "10.77.0.12", "h2", 1, false);

    @Test
    void mpOnOneHostIsASingleNode() {
        Placement placement = check("vllm-tp2.log", cluster(1, 2), TP2);

        assertThat(placement.summary())
                .isEqualTo(
                        "single node, head: 2 ranks (0 to 1), executor mp, gloo, KV cache"
                                + " 1,048,576 tokens");
        assertThat(placement.unknown()).isEmpty();
        assertThat(placement.map())
                .containsExactly(
                        "rank 0 (DP0 PP0 TP0) -> node head, GPU 0, pid 31646",
                        "rank 1 (DP0 PP0 TP1) -> node head, GPU 1, pid 31650");
        assertThat(check("vllm-pp2.log", cluster(1, 2), PP2).summary()).startsWith("single node");
        assertThat(check("vllm-startup.log", cluster(1, 1), new Parallelism(1, 1, 1)).summary())
                .startsWith("single node, head: rank 0");
    }

    @Test
    void theRayExecutorOnTwoHostsIsMultiNode() {
        Placement tp = check("vllm-ray-executor-plugin-tp2.log", cluster(2, 1), TP2, HEAD, WORKER);
        Placement pp = check("vllm-ray-executor-plugin-pp2.log", cluster(2, 1), PP2, HEAD, WORKER);

        assertThat(tp.summary())
                .startsWith("multi node, 10.77.0.11: rank 0; 10.77.0.12: rank 1, executor ray");
        assertThat(tp.ranksByNode())
                .isEqualTo(Map.of("10.77.0.11", List.of(0), "10.77.0.12", List.of(1)));
        assertThat(pp.summary()).startsWith("multi node");
    }

    @Test
    void theRayExecutorOnOneHostIsASingleNode() {
        Placement placement = check("vllm-ray-executor-1node-tp2.log", cluster(1, 2), TP2, HEAD);

        assertThat(placement.summary())
                .startsWith("single node, 10.77.0.11: 2 ranks (0 to 1), executor ray, gloo");
        assertThat(placement.unknown()).isEmpty();
    }

    @Test
    void aNodesOwnLogOfAMultiNodeEngineIsMultiNode() {
        Placement placement = check("vllm-2node-tp2-node0.log", cluster(2, 1), TP2);

        assertThat(placement.summary()).startsWith("multi node, head: rank 0");
        assertThat(placement.unknown())
                .containsExactly("1 of 2 ranks run on nodes whose log is not here");
        assertThat(check("vllm-2node-pp2-node0.log", cluster(2, 1), PP2).summary())
                .startsWith("multi node");
    }

    @Test
    void theLogsOfBothNodesTogetherLeaveNothingOpen() {
        EngineFacts both =
                SampleLogs.facts("vllm-2node-tp2-node0.log")
                        .with(
                                EngineLog.factsOf(
                                        SampleLogs.file("vllm-2node-tp2-node1.log"), "10.77.0.12"));

        Placement placement = PlacementCheck.check(both, cluster(2, 1), TP2, List.of(HEAD, WORKER));

        assertThat(placement.unknown()).isEmpty();
        assertThat(placement.ranksByNode()).containsOnlyKeys("10.77.0.11", "10.77.0.12");
    }

    @Test
    void aTensorGroupOverTwoNodesFailsWhereOneWouldHoldIt() {
        assertThatThrownBy(
                        () ->
                                check(
                                        "vllm-ray-executor-plugin-tp2.log",
                                        cluster(2, 8),
                                        TP2,
                                        HEAD,
                                        WORKER))
                .hasMessageContaining("tensor parallel 2 spans nodes although a node has 8 GPUs")
                .asInstanceOf(InstanceOfAssertFactories.type(StepFailedException.class))
                .extracting(StepFailedException::evidence, InstanceOfAssertFactories.LIST)
                .containsExactly(
                        "rank 0 (DP0 PP0 TP0) -> node 10.77.0.11, GPU 0, pid 1074",
                        "rank 1 (DP0 PP0 TP1) -> node 10.77.0.12, GPU 0, pid 2833");
        assertThatThrownBy(() -> check("vllm-2node-tp2-node0.log", cluster(2, 8), TP2))
                .hasMessageContaining("spans nodes");
    }

    @Test
    void fewerNodesThanTheScenarioNeedsFail() {
        assertThatThrownBy(() -> check("vllm-tp2.log", cluster(2, 1), TP2, HEAD, WORKER))
                .hasMessageContaining("runs on 1 node")
                .hasMessageContaining("needs 2");
    }

    @Test
    void fewerRanksThanTheScenarioNeedsFail() {
        assertThatThrownBy(() -> check("vllm-startup.log", cluster(1, 2), new Parallelism(2, 1, 1)))
                .hasMessageContaining("world size 1")
                .hasMessageContaining("needs 2");
        EngineFacts half = SampleLogs.facts("vllm-tp2.log");
        EngineFacts oneRank =
                new EngineFacts(
                        half.version(),
                        half.worldSize(),
                        half.localWorldSize(),
                        half.backend(),
                        half.executor(),
                        half.kvCacheTokens(),
                        half.maxConcurrency(),
                        half.ranks().subList(0, 1),
                        false,
                        half.transports(),
                        half.startUp());
        assertThatThrownBy(() -> PlacementCheck.check(oneRank, cluster(1, 2), TP2, List.of()))
                .hasMessageContaining("shows 1 of the scenario's 2 ranks");
    }

    @Test
    void withoutALogThePlacementIsUnknownNotWrong() {
        Placement placement = PlacementCheck.check(EngineFacts.NONE, cluster(2, 8), TP2, List.of());

        assertThat(placement.summary()).isEqualTo("placement unknown");
        assertThat(placement.unknown()).containsExactly("no log says where the ranks run");
    }

    @Test
    void nodesBehindOneAddressCannotBeToldApart() {
        Node twin = new Node("b", "127.0.0.1", "h", 1, false);
        Node head = new Node("a", "127.0.0.1", "h", 1, true);

        Placement placement = check("vllm-tp2.log", cluster(2, 1), PP2, head, twin);

        assertThat(placement.summary()).startsWith("number of nodes unknown");
        assertThat(placement.unknown())
                .containsExactly("the nodes share one address, so the log cannot tell them apart");
    }

    private static Placement check(
            String log, ClusterSpec cluster, Parallelism shape, Node... nodes) {
        return PlacementCheck.check(SampleLogs.facts(log), cluster, shape, List.of(nodes));
    }

    private static ClusterSpec cluster(int nodes, int gpus) {
        return new ClusterSpec(Provider.LOCAL, nodes, gpus, Optional.empty());
    }
}
