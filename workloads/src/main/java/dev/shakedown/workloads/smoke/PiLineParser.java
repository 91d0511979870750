package dev.shakedown.workloads.smoke;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds the job's lines in a log that holds Ray's own text, too. Steps and fields that are not
 * known are passed over: job and harness may be of different age.
 */
public final class PiLineParser {
    private static final String START = "{\"step\":";
    // Ray's log forwarder may put its text right behind a line of the job.
    private static final ObjectReader READER =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .readerFor(JsonNode.class);

    private PiLineParser() {}

    /** Empty for a line that is not the job's, is torn, or is of an unknown step. */
    public static Optional<PiLine> parse(String logLine) {
        int start = logLine.indexOf(START);
        if (start < 0) {
            return Optional.empty();
        }
        try {
            return line(READER.readTree(logLine.substring(start)));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** All lines of the job, in order. */
    public static List<PiLine> parseAll(List<String> logLines) {
        return logLines.stream().flatMap(line -> parse(line).stream()).toList();
    }

    private static Optional<PiLine> line(JsonNode at) {
        int task = at.path("task").asInt(-1);
        return switch (at.path("step").asString("")) {
            case "start" -> Optional.of(start(at));
            case "note" -> Optional.of(new PiLine.Note(text(at, "text")));
            case "placed" ->
                    Optional.of(
                            new PiLine.Placed(
                                    task,
                                    text(at, "nodeId"),
                                    text(at, "nodeIp"),
                                    text(at, "hostname"),
                                    optional(at, "cudaVisibleDevices")));
            case "progress" ->
                    Optional.of(
                            new PiLine.Progress(
                                    task,
                                    text(at, "nodeId"),
                                    count(at, "done"),
                                    count(at, "total")));
            case "pending" -> Optional.of(new PiLine.Pending(task, text(at, "reason")));
            case "gpu" -> Optional.of(gpu(at, task));
            case "task" -> Optional.of(task(at, task));
            case "end" -> Optional.of(end(at));
            default -> Optional.empty();
        };
    }

    private static PiLine start(JsonNode at) {
        List<PiLine.Node> nodes =
                at.path("nodes")
                        .valueStream()
                        .map(
                                node ->
                                        new PiLine.Node(
                                                text(node, "nodeId"),
                                                text(node, "nodeIp"),
                                                node.path("gpus").asInt(0)))
                        .toList();
        return new PiLine.Start(
                at.path("tasks").asInt(0),
                count(at, "samplesPerTask"),
                at.path("burnSeconds").asInt(0),
                at.path("matrixSize").asInt(0),
                count(at, "seed"),
                nodes);
    }

    private static PiLine gpu(JsonNode at, int task) {
        return new PiLine.GpuState(
                task,
                text(at, "nodeId"),
                optional(at, "gpuUuid"),
                at.path("smClockMhz").asInt(0),
                text(at, "throttleReasons"));
    }

    private static PiLine task(JsonNode at, int task) {
        return new PiLine.Task(
                task,
                text(at, "nodeId"),
                text(at, "nodeIp"),
                text(at, "hostname"),
                optional(at, "cudaVisibleDevices"),
                optional(at, "gpuUuid"),
                count(at, "samples"),
                count(at, "inside"),
                at.path("seconds").asDouble(0),
                number(at, "gbPerSecond"),
                error(at));
    }

    private static PiLine end(JsonNode at) {
        return new PiLine.End(
                number(at, "pi"),
                count(at, "samples"),
                count(at, "inside"),
                at.path("seconds").asDouble(0),
                error(at));
    }

    private static Optional<String> error(JsonNode at) {
        return text(at, "result").equals("ok")
                ? Optional.empty()
                : Optional.of(optional(at, "error").orElse("no reason given"));
    }

    private static long count(JsonNode at, String field) {
        return at.path(field).asLong(0);
    }

    private static OptionalDouble number(JsonNode at, String field) {
        JsonNode value = at.path(field);
        return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
    }

    private static String text(JsonNode at, String field) {
        return at.path(field).asString("");
    }

    private static Optional<String> optional(JsonNode at, String field) {
        return Optional.of(text(at, field)).filter(text -> !text.isEmpty());
    }
}
