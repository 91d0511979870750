package dev.shakedown.harness.history;

import dev.shakedown.harness.history.BaselineDecision.What;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code baselines.jsonl} in the runs folder: all decisions about baselines, one line each, only
 * ever appended to. No run directory tells what people have decided, so this is their truth, and
 * the index is derived from it.
 */
final class BaselineFile {
    static final String FILE = "baselines.jsonl";
    private static final int SCHEMA_VERSION = 1;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final Path file;

    BaselineFile(Path runs) {
        file = runs.resolve(FILE);
    }

    /** What a file holds, and the lines of it that are no decision. */
    record Content(List<BaselineDecision> decisions, List<String> skipped) {}

    /** On the disk when this returns. A line that a crash has torn before it stays alone. */
    void append(BaselineDecision decision) {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            // The file belongs to one writer at a time, of whatever process.
            try (var _ = channel.lock()) {
                long end = channel.size();
                String line = (endsInLine(channel, end) ? "" : "\n") + json(decision) + "\n";
                ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    end += channel.write(bytes, end);
                }
                channel.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** In the order in which they were taken; empty without a file. */
    Content read() {
        List<BaselineDecision> decisions = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        if (!Files.exists(file)) {
            return new Content(decisions, skipped);
        }
        List<String> lines = lines();
        for (int i = 0; i < lines.size(); i++) {
            try {
                decisions.add(decision(lines.get(i)));
            } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
                skipped.add("%s:%d is no decision".formatted(file, i + 1));
            }
        }
        return new Content(decisions, skipped);
    }

    private List<String> lines() {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static boolean endsInLine(FileChannel channel, long end) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return end == 0 || (channel.read(last, end - 1) == 1 && last.get(0) == '\n');
    }

    private static String json(BaselineDecision decision) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("schemaVersion", SCHEMA_VERSION);
        line.put("id", decision.id());
        line.put("at", decision.at().toString());
        line.put("scenario", decision.scenario());
        line.put("what", decision.what());
        line.put("runs", decision.runs());
        line.put("who", decision.who());
        line.put("why", decision.why());
        return MAPPER.writeValueAsString(line);
    }

    private static BaselineDecision decision(String line) {
        JsonNode node = MAPPER.readTree(line);
        List<String> runs = new ArrayList<>();
        node.required("runs").forEach(run -> runs.add(run.asString()));
        return new BaselineDecision(
                node.required("id").asString(),
                node.required("scenario").asString(),
                What.valueOf(node.required("what").asString()),
                runs,
                node.required("who").asString(),
                node.required("why").asString(),
                Instant.parse(node.required("at").asString()));
    }
}
