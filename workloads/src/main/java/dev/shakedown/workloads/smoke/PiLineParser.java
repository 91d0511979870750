package dev.shakedown.workloads.smoke;

import dev.shakedown.workloads.job.JobLine;
import java.util.List;
import java.util.Optional;

/**
 * Finds the job's lines in a log that holds Ray's own text, too. Steps and fields that are not
 * known are passed over: job and harness may be of different age.
 */
public final class PiLineParser {
    private PiLineParser() {}

    /** Empty for a line that is not the job's, is torn, or is of an unknown step. */
    public static Optional<PiLine> parse(String logLine) {
        return JobLine.in(logLine).flatMap(PiLineParser::line);
    }

    /** All lines of the job, in order. */
    public static List<PiLine> parseAll(List<String> logLines) {
        return logLines.stream().flatMap(line -> parse(line).stream()).toList();
    }

    private static Optional<PiLine> line(JobLine at) {
        int task = at.whole("task", -1);
        return switch (at.step()) {
            case "start" -> Optional.of(start(at));
            case "note" -> Optional.of(new PiLine.Note(at.text("text")));
            case "placed" ->
                    Optional.of(
                            new PiLine.Placed(
                                    task,
                                    at.text("nodeId"),
                                    at.text("nodeIp"),
                                    at.text("hostname"),
                                    at.optional("cudaVisibleDevices")));
            case "progress" ->
                    Optional.of(
                            new PiLine.Progress(
                                    task, at.text("nodeId"), at.count("done"), at.count("total")));
            case "pending" -> Optional.of(new PiLine.Pending(task, at.text("reason")));
            case "gpu" -> Optional.of(gpu(at, task));
            case "task" -> Optional.of(task(at, task));
            case "end" ->
                    Optional.of(
                            new PiLine.End(
                                    at.number("pi"),
                                    at.count("samples"),
                                    at.count("inside"),
                                    at.real("seconds"),
                                    at.error()));
            default -> Optional.empty();
        };
    }

    private static PiLine start(JobLine at) {
        List<PiLine.Node> nodes =
                at.all("nodes").stream()
                        .map(
                                node ->
                                        new PiLine.Node(
                                                node.text("nodeId"),
                                                node.text("nodeIp"),
                                                node.whole("gpus", 0)))
                        .toList();
        return new PiLine.Start(
                at.whole("tasks", 0),
                at.count("samplesPerTask"),
                at.whole("burnSeconds", 0),
                at.whole("matrixSize", 0),
                at.count("seed"),
                nodes);
    }

    private static PiLine gpu(JobLine at, int task) {
        return new PiLine.GpuState(
                task,
                at.text("nodeId"),
                at.optional("gpuUuid"),
                at.whole("smClockMhz", 0),
                at.text("throttleReasons"));
    }

    private static PiLine task(JobLine at, int task) {
        return new PiLine.Task(
                task,
                at.text("nodeId"),
                at.text("nodeIp"),
                at.text("hostname"),
                at.optional("cudaVisibleDevices"),
                at.optional("gpuUuid"),
                at.count("samples"),
                at.count("inside"),
                at.real("seconds"),
                at.number("gbPerSecond"),
                at.error());
    }
}
