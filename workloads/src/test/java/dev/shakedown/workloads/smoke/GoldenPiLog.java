package dev.shakedown.workloads.smoke;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The contract between the job, its reader and the simulator. */
final class GoldenPiLog {
    private static final Path FILE = Path.of("..", "scenarios", "contract", "pi-job.jsonl");

    private GoldenPiLog() {}

    static List<String> text() {
        try {
            return Files.readAllLines(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<PiLine> lines() {
        return PiLineParser.parseAll(text());
    }
}
