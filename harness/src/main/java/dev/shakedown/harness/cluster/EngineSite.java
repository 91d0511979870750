package dev.shakedown.harness.cluster;

/**
 * Where an engine will run.
 *
 * @param model what to pass to {@code vllm serve}: the scenario's model, or the folder that stands
 *     for it
 * @param cpuOnly there is no GPU behind the logical ones: eager mode, small KV cache
 * @param group whether processes on other nodes belong to the same engine
 */
public record EngineSite(String host, int port, String model, boolean cpuOnly, Group group) {

    /** A site of its own. */
    public EngineSite(String host, int port, String model, boolean cpuOnly) {
        this(host, port, model, cpuOnly, Group.ALONE);
    }

    /**
     * One of several processes that vLLM's own multi-node mode joins, without Ray.
     *
     * @param nodes how many there are; 1: no such mode
     * @param rank of this one; 0 serves
     * @param masterAddress where rank 0 runs
     */
    public record Group(int nodes, int rank, String masterAddress, int masterPort) {
        /** No other node. */
        public static final Group ALONE = new Group(1, 0, "", 0);
    }
}
