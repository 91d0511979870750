package dev.shakedown.harness.engine;

import java.util.List;
import java.util.Map;

/**
 * What the log proved about where ranks run.
 *
 * @param summary one line: {@code multi node: 8 + 8 ranks, nccl, KV cache 1,048,576 tokens}
 * @param ranksByNode node to ranks, as far as they are known
 * @param map one line a rank: rank, place in the groups, node, GPU
 * @param unknown what the log does not prove, and why
 */
public record Placement(
        String summary,
        Map<String, List<Integer>> ranksByNode,
        List<String> map,
        List<String> unknown) {
    public Placement {
        ranksByNode = Map.copyOf(ranksByNode);
        map = List.copyOf(map);
        unknown = List.copyOf(unknown);
    }
}
