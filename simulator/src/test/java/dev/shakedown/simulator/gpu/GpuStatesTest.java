package dev.shakedown.simulator.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.engine.Generation;
import dev.shakedown.simulator.engine.Gpu;
import dev.shakedown.simulator.engine.VirtualClock;
import dev.shakedown.simulator.fault.Fault;
import dev.shakedown.simulator.fault.FaultKind;
import dev.shakedown.simulator.fault.Faults;
import dev.shakedown.simulator.vllm.EngineHost;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes with two GPUs each, a tensor-parallel group on each node, two pipeline stages. */
class GpuStatesTest {
    private static final String H100 = "H100-SXM-80GB";
    private static final double LIMIT_WATTS = 700;
    private static final SimulatedEngine ENGINE =
            SimulatedEngine.of(
                    "meta-llama/Llama-3.1-8B-Instruct", new SimulatedEngine.Split(2, 2, 1));

    @TempDir private Path logs;

    private final VirtualClock clock = new VirtualClock();

    @Test
    void powerGrowsWithTheBatchAsMeasured() {
        Cluster cluster = cluster();
        double idle = cluster.gpu(0, 0).watts();
        cluster.load(1);
        double one = cluster.gpu(0, 0).watts();
        cluster.load(127);
        double full = cluster.gpu(0, 0).watts();
        assertThat(idle / LIMIT_WATTS).isCloseTo(.10, within(.02));
        assertThat(one / LIMIT_WATTS).isCloseTo(.43, within(.02));
        assertThat(full / LIMIT_WATTS).isCloseTo(.86, within(.03));
        assertThat(cluster.gpu(1, 1).utilization()).isEqualTo(100);
        assertThat(cluster.gpu(1, 1).throttle()).isZero();
    }

    @Test
    void slowGpuWorksAtALowerClockWhileTheOthersWait() {
        Cluster cluster = cluster(fault("slow-rank", OptionalInt.of(1)));
        cluster.load(8);
        GpuState slow = cluster.gpu(0, 1);
        GpuState waiting = cluster.gpu(0, 0);
        assertThat(slow.smClockMhz()).isEqualTo((int) (1980 * .6));
        assertThat(waiting.smClockMhz()).isEqualTo(1980);
        assertThat(slow.smActive()).isGreaterThan(1.4 * waiting.smActive());
        assertThat(slow.watts()).isLessThan(.7 * waiting.watts());
        assertThat(List.of(slow, waiting)).allMatch(gpu -> gpu.utilization() == 100);
    }

    @Test
    void hotNodeSaysWhy() {
        Cluster cluster = cluster(fault("thermal-throttling", OptionalInt.empty()));
        cluster.load(8);
        assertThat(cluster.gpu(1, 0).throttle()).isEqualTo(0x20);
        assertThat(cluster.gpu(1, 0).temperature()).isGreaterThan(80);
        assertThat(cluster.gpu(0, 0).throttle()).isZero();
    }

    @Test
    void lostGpuLeavesItsXid() {
        Cluster cluster = cluster(fault("gpu-lost", OptionalInt.of(2)));
        assertThat(cluster.gpu(1, 0).xid()).isEqualTo(79);
        assertThat(cluster.gpu(1, 1).xid()).isZero();
    }

    @Test
    void pageHasALineForEveryGpuInDcgmsForm() {
        String page = DcgmPage.of(cluster().states);
        assertThat(page.lines().filter(line -> line.startsWith("DCGM_FI_DEV_POWER_USAGE{")))
                .hasSize(4)
                .allMatch(
                        line ->
                                line.matches(
                                        ".*\\{gpu=\"[01]\",UUID=\"GPU-[0-9a-f-]{36}\",device=\"nvidia[01]\",modelName=\"NVIDIA H100 80GB HBM3\",Hostname=\"sim-node-[12]\"} [0-9.]+"));
        assertThat(page).contains("DCGM_FI_PROF_SM_ACTIVE", "DCGM_FI_DEV_XID_ERRORS");
    }

    private Fault fault(String kind, OptionalInt rank) {
        return new Fault(
                FaultKind.named(kind).orElseThrow(),
                OptionalInt.empty(),
                rank,
                Duration.ZERO,
                Optional.empty(),
                1);
    }

    private Cluster cluster(Fault... broken) {
        SimulatedCluster cluster = new SimulatedCluster(2, 2, H100, ENGINE, List.of(broken));
        List<SimulatedNode> nodes = SimulatedNode.of(cluster, 42);
        Faults faults = new Faults(List.of(broken), 2, 2, clock::nanoTime);
        EngineHost host =
                new EngineHost(
                        new EngineHost.Site(cluster, nodes, logs),
                        faults,
                        clock,
                        () -> Instant.EPOCH.plusNanos(clock.nanoTime()));
        boolean _ =
                host.start(
                        new EngineHost.Order(
                                ENGINE, "http://virtual", Duration.ZERO, Optional.empty(), false));
        return new Cluster(nodes, host, new GpuStates(Gpu.named(H100), nodes, faults, host));
    }

    private final class Cluster {
        private final List<SimulatedNode> nodes;
        private final EngineHost host;
        private final GpuStates states;

        Cluster(List<SimulatedNode> nodes, EngineHost host, GpuStates states) {
            this.nodes = nodes;
            this.host = host;
            this.states = states;
        }

        GpuState gpu(int node, int index) {
            return states.of(nodes.get(node), index);
        }

        /** Requests that all run, and do not end soon. */
        void load(int more) {
            for (int i = 0; i < more; i++) {
                host.up()
                        .orElseThrow()
                        .engines()
                        .getFirst()
                        .submit(new Generation(16, 4000, 4000, i), (_, _, _, _) -> {});
            }
            long until = clock.nanoTime() + Duration.ofSeconds(2).toNanos();
            while (clock.nanoTime() < until) {
                clock.runNext(until);
            }
        }
    }
}
