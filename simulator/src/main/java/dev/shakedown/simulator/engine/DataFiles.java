package dev.shakedown.simulator.engine;

import dev.shakedown.simulator.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Figures of GPUs and shapes of models: those that come along, and the user's own. */
final class DataFiles {
    private DataFiles() {}

    static JsonNode shipped(String name) {
        return Json.beside(DataFiles.class, name);
    }

    /**
     * A file of the user's.
     *
     * @throws IllegalArgumentException if it cannot be read as JSON
     */
    static JsonNode read(String file) {
        try {
            return Json.read(Files.readString(Path.of(file)));
        } catch (IOException | JacksonException unreadable) {
            throw new IllegalArgumentException(
                    "cannot read %s: %s".formatted(file, unreadable.getMessage()), unreadable);
        }
    }

    /** An object's fields; what is missing or of the wrong kind is named. */
    record Fields(JsonNode json) {
        String text(String name) {
            return json.path(name).stringValueOpt().orElseThrow(() -> wrong(name, "a text"));
        }

        double positive(String name) {
            return json.path(name).doubleValueOpt().stream()
                    .filter(value -> value > 0)
                    .findFirst()
                    .orElseThrow(() -> wrong(name, "a number above 0"));
        }

        int count(String name) {
            return (int) positive(name);
        }

        int count(String name, int otherwise) {
            return json.hasNonNull(name) ? count(name) : otherwise;
        }

        boolean flag(String name) {
            return json.path(name).asBoolean(false);
        }

        private IllegalArgumentException wrong(String name, String wanted) {
            return new IllegalArgumentException(
                    "%s is to be %s in %s".formatted(name, wanted, Json.write(json)));
        }
    }
}
