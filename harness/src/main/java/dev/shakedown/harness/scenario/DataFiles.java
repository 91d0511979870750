package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.dataset.DataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the files that a load is made from; what is wrong with them is a scenario's problem. */
final class DataFiles {
    private DataFiles() {}

    /** How one is read, with no more of its entries than a limit. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Path file, int limit) throws IOException;
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
