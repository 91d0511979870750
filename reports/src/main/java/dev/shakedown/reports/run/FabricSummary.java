package dev.shakedown.reports.run;

import java.util.List;
import java.util.Optional;

/**
 * What the fabric job showed: is everything open between the nodes, and how fast are they together.
 *
 * @param outcome {@code passed}, {@code TCP only}, {@code blocked}, {@code absent ranks}, {@code
 *     wrong value}, {@code wrong transport} or {@code not finished}
 * @param text the outcome in one sentence
 * @param backend {@code nccl} or {@code gloo}; empty where nothing was reduced
 * @param transports kinds that NCCL uses between nodes
 * @param sums the all-reduce over all ranks, then those between two nodes
 * @param directions in which TCP on ephemeral ports was tried
 */
public record FabricSummary(
        String outcome,
        String text,
        String backend,
        List<String> transports,
        List<Sum> sums,
        List<Direction> directions) {

    public FabricSummary {
        transports = List.copyOf(transports);
        sums = List.copyOf(sums);
        directions = List.copyOf(directions);
    }

    /**
     * One all-reduce.
     *
     * @param between {@code all 16 ranks} or {@code node-a – node-b}
     * @param busGbPerSecond 10^9 bytes a second, 2(n−1)/n · bytes / seconds
     * @param result {@code ok}, {@code wrong}, {@code timeout} or {@code error}
     * @param remark who was absent, or what went wrong; empty if nothing
     */
    public record Sum(
            String between,
            int ranks,
            long bytes,
            Optional<Double> seconds,
            Optional<Double> busGbPerSecond,
            String result,
            String remark) {}

    /** From one node to another; {@code result} is {@code ok} or what happened instead. */
    public record Direction(
            String from, String to, int port, String result, Optional<Double> millis) {}
}
