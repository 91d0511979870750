package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.workloads.smoke.PiLine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows the job's lines: one bar a node, a line for what is worth reading. */
final class SmokeBars {
    private final Progress progress;
    private final Map<String, NodeBar> bars = new LinkedHashMap<>();
    // Sampling is the smaller part of a task that burns afterwards.
    private double samplingShare = 1;

    SmokeBars(Progress progress) {
        this.progress = progress;
    }

    void show(PiLine line) {
        switch (line) {
            case PiLine.Start start -> begin(start);
            case PiLine.Note note -> progress.say(note.text());
            case PiLine.Placed placed -> {}
            case PiLine.Progress p ->
                    move(p.nodeId(), p.task(), samplingShare * p.done() / Math.max(1, p.total()));
            case PiLine.Pending p -> progress.say("task " + p.task() + " is " + p.reason());
            case PiLine.GpuState gpu -> {}
            case PiLine.Task task -> {
                move(task.nodeId(), task.task(), 1);
                task.error()
                        .ifPresent(
                                e ->
                                        progress.say(
                                                "task "
                                                        + task.task()
                                                        + " on "
                                                        + task.nodeIp()
                                                        + ": "
                                                        + e));
            }
            case PiLine.End end -> {}
        }
    }

    private void begin(PiLine.Start start) {
        samplingShare = start.burnSeconds() > 0 ? 0.5 : 1;
        List<String> addresses = start.nodes().stream().map(PiLine.Node::nodeIp).toList();
        for (PiLine.Node node : start.nodes()) {
            boolean alone =
                    addresses.indexOf(node.nodeIp()) == addresses.lastIndexOf(node.nodeIp());
            String name = alone ? node.nodeIp() : node.nodeIp() + " " + shortened(node.nodeId());
            bars.put(node.nodeId(), new NodeBar(name, node.gpus(), new LinkedHashMap<>()));
            progress.bar(name, 0);
        }
    }

    private void move(String nodeId, int task, double fraction) {
        NodeBar bar = bars.get(nodeId);
        if (bar == null) {
            return;
        }
        bar.tasks().merge(task, fraction, Math::max);
        double sum = bar.tasks().values().stream().mapToDouble(Double::doubleValue).sum();
        progress.bar(bar.name(), sum / bar.gpus());
    }

    private static String shortened(String nodeId) {
        return nodeId.substring(0, Math.min(8, nodeId.length()));
    }

    private record NodeBar(String name, int gpus, Map<Integer, Double> tasks) {}
}
