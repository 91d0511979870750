package dev.shakedown.reports.trend;

import java.util.List;

/**
 * Runs that asked for the same on the same kind of cluster, in the order of their start.
 *
 * @param scenario its name
 * @param on what tells it from other trends of that name: the GPU, the scenario's hash
 * @param simulated as a mark for every output; empty for real clusters
 * @param leftOut runs that were aborted or INVALID
 */
public record Trend(
        String scenario,
        String on,
        String simulated,
        int leftOut,
        List<TrendRun> runs,
        List<TrendLine> lines,
        List<TrendMark> marks) {
    public Trend {
        runs = List.copyOf(runs);
        lines = List.copyOf(lines);
        marks = List.copyOf(marks);
    }
}
