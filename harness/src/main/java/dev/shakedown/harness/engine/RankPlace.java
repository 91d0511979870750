package dev.shakedown.harness.engine;

import java.util.OptionalInt;

/**
 * Where a rank runs, as its log lines prove it.
 *
 * @param dp its place in the data-parallel group; -1 where the log does not tell
 * @param pp pipeline stage; -1 where the log does not tell
 * @param tp its place in the tensor-parallel group; -1 where the log does not tell
 * @param node IP address, or {@link #HEAD} for the node where the log was written
 * @param pid of the rank's process on that node
 * @param localRank which of the node's GPUs, as vLLM counts them
 */
public record RankPlace(
        int rank, int dp, int pp, int tp, String node, long pid, OptionalInt localRank) {
    /** Ray and vLLM name no address for processes beside the one that writes the log. */
    public static final String HEAD = "head";
}
