package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.endpoint.Answer;
import dev.shakedown.reports.run.AtomicWrite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@code canary.json} of a run directory: what the engine said to the same few prompts. */
public record CanaryAnswers(int schemaVersion, List<Answered> answers) {
    private static final String FILE = "canary.json";
    private static final int SCHEMA_VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.shared();

    public CanaryAnswers {
        answers = List.copyOf(answers);
    }

    /** A prompt and its answer. */
    public record Answered(String prompt, Answer answer) {}

    static CanaryAnswers of(List<Answered> answers) {
        return new CanaryAnswers(SCHEMA_VERSION, answers);
    }

    /** Of a run that was asked and has answered. */
    public static Optional<CanaryAnswers> read(Path runDirectory) {
        Path file = runDirectory.resolve(FILE);
        try {
            return Files.exists(file)
                    ? Optional.of(JSON.readValue(Files.readAllBytes(file), CanaryAnswers.class))
                    : Optional.empty();
        } catch (IOException | JacksonException unreadable) {
            return Optional.empty();
        }
    }

    void write(Path runDirectory) {
        AtomicWrite.write(runDirectory.resolve(FILE), JSON.writeValueAsBytes(this));
    }
}
