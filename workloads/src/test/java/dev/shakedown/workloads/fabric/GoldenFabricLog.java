package dev.shakedown.workloads.fabric;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** The contract between the job, its reader and the simulator. */
final class GoldenFabricLog {
    private static final Path FILE = Path.of("..", "scenarios", "contract", "fabric-job.jsonl");

    private GoldenFabricLog() {}

    static List<String> text() {
        try {
            return Files.readAllLines(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<FabricLine> lines() {
        return FabricLineParser.parseAll(text());
    }

    /** The same job on a cluster where something is otherwise. */
    static List<FabricLine> with(UnaryOperator<String> change) {
        return FabricLineParser.parseAll(text().stream().map(change).toList());
    }
}
