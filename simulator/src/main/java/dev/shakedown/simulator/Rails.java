package dev.shakedown.simulator;

import dev.shakedown.simulator.fault.Effect;
import dev.shakedown.simulator.fault.Faults;

/**
 * The network devices between nodes as NCCL sees them: one InfiniBand port a GPU, less what is
 * lost.
 *
 * @param gpus of each node that take part
 */
public record Rails(int gpus, Faults faults) {
    private static final int MOST_DEVICES = 8;

    /** Devices that a node has. */
    public int devices(SimulatedNode node) {
        int lost = (int) Faults.number(faults.onNode(Effect.RAILS_LOST, node.index()), 0);
        return Math.max(1, Math.min(gpus, MOST_DEVICES) - lost);
    }

    /** Devices that two nodes can use with each other. */
    public int devices(SimulatedNode one, SimulatedNode other) {
        return Math.min(devices(one), devices(other));
    }

    /** What NCCL says of a node's devices when it has found them. */
    public String using(SimulatedNode node) {
        StringBuilder using = new StringBuilder("NET/IB : Using");
        for (int device = 0; device < devices(node); device++) {
            using.append(" [%d]mlx5_%d:1/IB".formatted(device, device));
        }
        return using + " [RO]; OOB eth0:%s<0>".formatted(node.ip());
    }

    /** What a channel over a device goes over, in NCCL's words. */
    public String via(int device) {
        return faults.value(Effect.TRANSPORT)
                .map(kind -> kind + "/" + device)
                .orElse("NET/IB/" + device + "/GDRDMA");
    }
}
