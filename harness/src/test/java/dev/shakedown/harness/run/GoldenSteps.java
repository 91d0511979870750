package dev.shakedown.harness.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Which fields each step of a job has, by the contract's golden file or by a real log. */
final class GoldenSteps {
    private GoldenSteps() {}

    /** By the name of its file. */
    static Map<String, Set<String>> ofContract(String file) {
        try {
            return of(Files.readAllLines(Path.of("..", "scenarios", "contract", file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Set<String>> of(List<String> log) {
        return log.stream()
                .filter(line -> line.startsWith("{\"step\""))
                .map(JsonMapper.shared()::readTree)
                .collect(
                        Collectors.toMap(
                                line -> line.path("step").asString(),
                                line -> (Set<String>) new TreeSet<>(names(line)),
                                (one, same) -> {
                                    one.addAll(same);
                                    return one;
                                }));
    }

    private static List<String> names(JsonNode line) {
        return List.copyOf(line.propertyNames());
    }
}
