package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.Rails;
import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.fault.Effect;
import dev.shakedown.simulator.fault.Faults;
import java.util.ArrayList;
import java.util.List;

/**
 * What NCCL prints with {@code NCCL_DEBUG=INFO} while the ranks connect: interfaces, network, and
 * the channels of each tensor-parallel ring and between pipeline stages.
 */
final class NcclLines {
    private static final int PID = 5000;

    private final SimulatedCluster cluster;
    private final SimulatedEngine.Split split;
    private final List<SimulatedNode> nodes;
    private final Faults faults;
    private final Rails rails;
    private final List<Said> said = new ArrayList<>();

    NcclLines(SimulatedCluster cluster, List<SimulatedNode> nodes, Faults faults) {
        this.cluster = cluster;
        this.split = cluster.engine().split();
        this.nodes = List.copyOf(nodes);
        this.faults = faults;
        this.rails = new Rails(cluster.gpusPerNode(), faults);
    }

    /** A line of the rank on a GPU, counted over all nodes. */
    record Said(int gpu, String text) {}

    List<Said> all() {
        int gpus = Math.min(split.gpus(), cluster.gpus());
        for (int gpu = 0; gpu < gpus && gpus > 1; gpu++) {
            begin(gpu);
        }
        for (int gpu = 0; gpu < gpus; gpu++) {
            ring(gpu);
            hop(gpu, gpus);
        }
        return said;
    }

    private void begin(int gpu) {
        String ip = node(gpu).ip();
        info(gpu, "Bootstrap : Using eth0:%s<0>".formatted(ip));
        if (sockets()) {
            info(gpu, "NET/IB : No device found.");
            info(gpu, "NET/Socket : Using [0]eth0:%s<0>".formatted(ip));
            info(gpu, "Using network Socket");
        } else {
            info(gpu, rails.using(node(gpu)));
            info(gpu, "Using network IB");
        }
    }

    /** To the next rank of its tensor-parallel group. */
    private void ring(int gpu) {
        int tensor = split.tensor();
        if (tensor > 1) {
            int first = gpu / tensor * tensor;
            channel(gpu, gpu % tensor, first + (gpu + 1 - first) % tensor, (gpu + 1) % tensor);
        }
    }

    /** To the same rank of the next pipeline stage. */
    private void hop(int gpu, int gpus) {
        int next = gpu + split.tensor();
        boolean sameReplica = gpu / split.worldSize() == next / split.worldSize();
        if (split.pipeline() > 1 && sameReplica && next < gpus) {
            channel(gpu, 0, next, 1);
        }
    }

    private void channel(int gpu, int rank, int peer, int peerRank) {
        boolean across = !node(gpu).equals(node(peer));
        String via = across ? network(gpu, peer) : "P2P/CUMEM";
        info(
                gpu,
                "Channel 00/0 : %d[%d] -> %d[%d]%s via %s"
                        .formatted(
                                rank,
                                device(gpu),
                                peerRank,
                                device(peer),
                                across ? " [send]" : "",
                                via));
    }

    private String network(int gpu, int peer) {
        return rails.via(device(gpu) % rails.devices(node(gpu), node(peer)));
    }

    private boolean sockets() {
        return faults.value(Effect.TRANSPORT).filter(kind -> kind.equals("NET/Socket")).isPresent();
    }

    private int device(int gpu) {
        return gpu % cluster.gpusPerNode();
    }

    private SimulatedNode node(int gpu) {
        return nodes.get(gpu / cluster.gpusPerNode());
    }

    private void info(int gpu, String text) {
        int pid = PID + gpu;
        said.add(
                new Said(
                        gpu,
                        "%s:%d:%d [%d] NCCL INFO %s"
                                .formatted(node(gpu).hostname(), pid, pid, device(gpu), text)));
    }
}
