package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.process.ProcessSpec;
import dev.shakedown.harness.cluster.process.ProcessTree;
import dev.shakedown.harness.cluster.process.StartedProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The simulator as another process.
 *
 * @param process absent where an earlier run started it
 */
record SimulatedProcess(Optional<StartedProcess> process, URI vllm, URI dashboard) {
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * Returns when it listens.
     *
     * @throws StepFailedException if it ends before that, or takes longer than 30 s
     */
    static SimulatedProcess start(ProcessTree tree, List<String> argv, Path log) {
        try {
            // A line of an earlier run would be taken for this one's.
            Files.createDirectories(log.toAbsolutePath().getParent());
            Files.deleteIfExists(log);
        } catch (IOException unwritable) {
            throw failed("has no place for its log: " + unwritable.getMessage(), log);
        }
        StartedProcess process = tree.start(new ProcessSpec("the simulator", argv, Map.of(), log));
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<JsonNode> urls = readyLine(log);
            if (urls.isPresent()) {
                return new SimulatedProcess(
                        Optional.of(process),
                        URI.create(urls.get().path("vllm").asString()),
                        URI.create(urls.get().path("dashboard").asString()));
            }
            OptionalInt exit = process.exitStatus();
            if (exit.isPresent()) {
                throw failed("ended with status " + exit.getAsInt(), log);
            }
            pause();
        }
        throw failed("was not ready within " + READY_WITHIN.toSeconds() + " s", log);
    }

    /** Empty as long as it runs, or where that cannot be known. */
    OptionalInt exitStatus() {
        return process.map(StartedProcess::exitStatus).orElse(OptionalInt.empty());
    }

    private static Optional<JsonNode> readyLine(Path log) {
        try {
            String text = Files.readString(log);
            return text.lines()
                    .filter(line -> line.startsWith("{") && line.endsWith("}"))
                    .findFirst()
                    .map(JSON::readTree);
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    private static StepFailedException failed(String how, Path log) {
        List<String> lines;
        try {
            lines = Files.readAllLines(log);
        } catch (IOException unreadable) {
            lines = List.of();
        }
        return new StepFailedException(
                "the simulator " + how,
                "",
                lines.subList(0, Math.min(12, lines.size())),
                "read " + log);
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new StepFailedException(
                    "interrupted while the simulator started", "", List.of(), "");
        }
    }
}
