package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.dataset.DataFileException;
import dev.shakedown.workloads.dataset.PromptFile;
import dev.shakedown.workloads.dataset.PromptSet;
import dev.shakedown.workloads.load.PromptText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the files that a load is made from; what is wrong with them is a scenario's problem. */
final class DataFiles {
    private DataFiles() {}

    /** How one is read, with no more of its entries than a limit. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Path file, int limit) throws IOException;
    }

    /** The prompts of {@code load.prompts.file}, where there is one. */
    static Optional<PromptSet> prompts(Fields fields, Path folder, long seed) {
        Optional<Value> file = fields.optional("file");
        Optional<Value> limit = fields.optional("limit");
        if (file.isEmpty()) {
            limit.ifPresent(value -> value.complain("is of the prompts of a file; add file"));
            return Optional.empty();
        }
        fields.optional("inputTokens")
                .ifPresent(
                        value ->
                                value.complain(
                                        "the prompts of a file have their own lengths; leave it out"));
        int most =
                limit.flatMap(value -> value.count(1, PromptFile.MOST_PROMPTS))
                        .orElse(PromptFile.MOST_PROMPTS);
        return Optional.of(
                read(file.get(), folder, PromptFile::read, most)
                        .orElseGet(DataFiles::somePrompt)
                        .shuffled(seed));
    }

    /** In place of those that could not be read, which is a problem already. */
    private static PromptSet somePrompt() {
        return new PromptSet(
                new PromptText.Given(
                        "", 1, 0, PromptText.Given.Format.JSON_LINES, List.of("prompt")),
                List.of(1));
    }

    static <T> Optional<T> read(Value value, Path folder, Reader<T> reader, int limit) {
        Optional<Path> file = value.readableFile(folder);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.read(file.get(), limit));
        } catch (DataFileException e) {
            return value.wrong("%s, %s".formatted(file.get(), e.getMessage()));
        } catch (IOException e) {
            return value.wrong(
                    "%s cannot be read: %s; look whether it is whole"
                            .formatted(file.get(), e.getMessage()));
        }
    }
}
