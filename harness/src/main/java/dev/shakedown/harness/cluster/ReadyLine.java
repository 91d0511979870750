package dev.shakedown.harness.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The line of JSON by which a simulator says in its log where it listens. */
final class ReadyLine {
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final int TELLING = 12;
    private static final JsonMapper JSON = JsonMapper.shared();

    private ReadyLine() {}

    /**
     * Waits for it.
     *
     * @param what for people, as {@code the simulator}
     * @param exit the process's status once it has ended
     * @throws StepFailedException if it ends before that, or takes longer than 30 s
     */
    static JsonNode await(String what, Path log, Supplier<OptionalInt> exit) {
        long deadline = System.nanoTime() + WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<JsonNode> line = in(log);
            if (line.isPresent()) {
                return line.get();
            }
            OptionalInt status = exit.get();
            if (status.isPresent()) {
                throw failed(what + " ended with status " + status.getAsInt(), log);
            }
            pause(what);
        }
        throw failed(what + " was not ready within " + WITHIN.toSeconds() + " s", log);
    }

    /** With the first lines of its log. */
    static StepFailedException failed(String how, Path log) {
        List<String> lines;
        try {
            lines = Files.readAllLines(log);
        } catch (IOException unreadable) {
            lines = List.of();
        }
        return new StepFailedException(
                how, "", lines.subList(0, Math.min(TELLING, lines.size())), "read " + log);
    }

    private static Optional<JsonNode> in(Path log) {
        try {
            return Files.readString(log)
                    .lines()
                    .filter(line -> line.startsWith("{") && line.endsWith("}"))
                    .findFirst()
                    .map(JSON::readTree);
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    private static void pause(String what) {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new StepFailedException(
                    "interrupted while %s started".formatted(what), "", List.of(), "");
        }
    }
}
