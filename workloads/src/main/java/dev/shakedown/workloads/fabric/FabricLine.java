package dev.shakedown.workloads.fabric;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** One step that the fabric job reported. Node ids are Ray's; ranks count all GPUs from 0. */
public sealed interface FabricLine {

    /** All nodes and GPUs asked for are there; one actor a rank is about to be started. */
    record Start(int ranks, List<Node> nodes) implements FabricLine {
        public Start {
            nodes = List.copyOf(nodes);
        }
    }

    /** Something worth knowing that is no failure. */
    record Note(String text) implements FabricLine {}

    /**
     * A rank has its GPU.
     *
     * @param ephemeralPorts the kernel's range on that node, as {@code 32768-60999}
     * @param env those of the variables asked for that are set in the rank's process
     */
    record Rank(
            int rank,
            String nodeId,
            String nodeIp,
            String hostname,
            Optional<String> gpu,
            Optional<String> ephemeralPorts,
            Map<String, String> env)
            implements FabricLine {
        public Rank {
            env = Map.copyOf(env);
        }
    }

    /**
     * A connection from one node to a listener on another.
     *
     * @param result {@code ok}, {@code refused}, {@code timeout}, {@code unreachable}, {@code
     *     denied} by the caller's own host, {@code stranger} or {@code error}
     */
    record Tcp(
            String from,
            String to,
            String fromHost,
            String toHost,
            int port,
            String result,
            OptionalDouble millis,
            Optional<String> error)
            implements FabricLine {
        public boolean open() {
            return result.equals("ok");
        }
    }

    /**
     * What the ranks have to reduce with.
     *
     * @param backend {@code nccl} or {@code gloo}; absent where not every rank has torch
     * @param error present exactly if there is no backend
     */
    record Torch(
            Optional<String> torch,
            Optional<String> backend,
            Optional<String> nccl,
            Optional<String> error)
            implements FabricLine {}

    /** The all-reduce over all ranks. */
    record AllReduce(Reduction reduction) implements FabricLine {}

    /** The all-reduce between one rank of each of two nodes. */
    record Pair(Reduction reduction) implements FabricLine {}

    /** A channel that NCCL opened, in its own words: {@code NET/IB/0/GDRDMA}. */
    record Transport(int rank, int peer, String via) implements FabricLine {}

    /** A telling line of NCCL's own log. */
    record Log(int rank, String text) implements FabricLine {}

    /**
     * The job's last line.
     *
     * @param error present exactly if anything does not work
     */
    record End(double seconds, Optional<String> error) implements FabricLine {}

    /** A node that takes part, and how many of its GPUs. */
    record Node(String nodeId, String nodeIp, int gpus) {}
}
