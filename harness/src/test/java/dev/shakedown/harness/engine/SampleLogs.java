package dev.shakedown.harness.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Logs of real Ray and vLLM, shortened. */
public final class SampleLogs {
    private SampleLogs() {}

    public static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(SampleLogs.class.getResource("/logs")).toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static Path file(String name) {
        return folder().resolve(name);
    }

    public static List<String> lines(String name) {
        try {
            return Files.readAllLines(file(name));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    static EngineFacts facts(String name) {
        return EngineLog.factsOf(file(name), RankPlace.HEAD);
    }
}
