package dev.shakedown.workloads.fabric;

import dev.shakedown.workloads.job.JobLine;
import java.util.List;
import java.util.Optional;

/** Finds the fabric job's lines in a log; steps and fields that are not known are passed over. */
public final class FabricLineParser {
    private FabricLineParser() {}

    /** Empty for a line that is not the job's, is torn, or is of an unknown step. */
    public static Optional<FabricLine> parse(String logLine) {
        return JobLine.in(logLine).flatMap(FabricLineParser::line);
    }

    /** All lines of the job, in order. */
    public static List<FabricLine> parseAll(List<String> logLines) {
        return logLines.stream().flatMap(line -> parse(line).stream()).toList();
    }

    private static Optional<FabricLine> line(JobLine at) {
        int rank = at.whole("rank", -1);
        return switch (at.step()) {
            case "fabric.start" -> Optional.of(start(at));
            case "fabric.note" -> Optional.of(new FabricLine.Note(at.text("text")));
            case "fabric.rank" ->
                    Optional.of(
                            new FabricLine.Rank(
                                    rank,
                                    at.text("nodeId"),
                                    at.text("nodeIp"),
                                    at.text("hostname"),
                                    at.optional("gpu"),
                                    at.optional("ephemeralPorts"),
                                    at.texts("env")));
            case "fabric.tcp" -> Optional.of(tcp(at));
            case "fabric.torch" ->
                    Optional.of(
                            new FabricLine.Torch(
                                    at.optional("torch"),
                                    at.optional("backend"),
                                    at.optional("nccl"),
                                    at.optional("error")));
            case "fabric.allreduce" -> Optional.of(new FabricLine.AllReduce(reduction(at)));
            case "fabric.pair" -> Optional.of(new FabricLine.Pair(reduction(at)));
            case "fabric.transport" ->
                    Optional.of(
                            new FabricLine.Transport(rank, at.whole("peer", -1), at.text("via")));
            case "fabric.log" -> Optional.of(new FabricLine.Log(rank, at.text("text")));
            case "fabric.end" -> Optional.of(new FabricLine.End(at.real("seconds"), at.error()));
            default -> Optional.empty();
        };
    }

    private static FabricLine start(JobLine at) {
        List<FabricLine.Node> nodes =
                at.all("nodes").stream()
                        .map(
                                node ->
                                        new FabricLine.Node(
                                                node.text("nodeId"),
                                                node.text("nodeIp"),
                                                node.whole("gpus", 0)))
                        .toList();
        return new FabricLine.Start(at.whole("ranks", 0), nodes);
    }

    private static FabricLine tcp(JobLine at) {
        return new FabricLine.Tcp(
                at.text("from"),
                at.text("to"),
                at.text("fromHost"),
                at.text("toHost"),
                at.whole("port", 0),
                at.text("result"),
                at.number("ms"),
                at.optional("error"));
    }

    private static Reduction reduction(JobLine at) {
        return new Reduction(
                at.wholes("ranks"),
                at.count("bytes"),
                at.number("seconds"),
                at.number("busGbPerSecond"),
                at.text("backend"),
                at.text("result"),
                at.wholes("absent"),
                at.optional("error"));
    }
}
