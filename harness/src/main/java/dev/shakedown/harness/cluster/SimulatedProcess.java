package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.process.ProcessSpec;
import dev.shakedown.harness.cluster.process.ProcessTree;
import dev.shakedown.harness.cluster.process.StartedProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/**
 * The simulator as another process.
 *
 * @param process absent where an earlier run started it
 */
record SimulatedProcess(Optional<StartedProcess> process, URI vllm, URI dashboard) {
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
            throw ReadyLine.failed(
                    "the simulator has no place for its log: " + unwritable.getMessage(), log);
        }
        StartedProcess process = tree.start(new ProcessSpec("the simulator", argv, Map.of(), log));
        JsonNode urls = ReadyLine.await("the simulator", log, process::exitStatus);
        return new SimulatedProcess(
                Optional.of(process),
                URI.create(urls.path("vllm").asString()),
                URI.create(urls.path("dashboard").asString()));
    }

    /** Empty as long as it runs, or where that cannot be known. */
    OptionalInt exitStatus() {
        return process.map(StartedProcess::exitStatus).orElse(OptionalInt.empty());
    }
}
