package dev.shakedown.harness.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Run directories as runs leave them, with no more in them than the index needs. */
final class RunDirectories {
    static final String SCENARIO = "2x8-tp8-pp2";
    private static final Instant START = Instant.parse("2026-11-01T02:00:00.123456Z");

    private final Path runs;

    RunDirectories(Path runs) {
        this.runs = runs;
    }

    static String id(int night) {
        return "20261101T020000Z-%s-%06x".formatted(SCENARIO, night);
    }

    Path passed(int night) throws IOException {
        return write(night, "PASSED", "VALID");
    }

    Path write(int night, String verdict, String validity) throws IOException {
        return write(runs.resolve(id(night)), id(night), night, verdict, validity);
    }

    /** One load of the series of that night's run. */
    Path load(int night, String rate) throws IOException {
        String id = id(night) + "." + rate;
        return write(
                runs.resolve(id(night)).resolve("loads").resolve(id), id, night, "PASSED", "VALID");
    }

    private static Path write(Path directory, String id, int night, String verdict, String validity)
            throws IOException {
        Files.createDirectories(directory);
        String name = id.contains(".") ? SCENARIO + id.substring(id.indexOf('.')) : SCENARIO;
        Files.writeString(
                directory.resolve("run.json"),
                """
                {"schemaVersion":1,"id":"%s","scenario":{"name":"%s","load":{"rate":14}},
                 "scenarioName":"%s","simulated":true,"startedAt":"%s",
                 "fingerprint":{"clock":"virtual","gpu":"H100 (simulated)","vllm":"0.32.0"},
                 "offered":700,"outcomes":{"Completed":700},
                 "metrics":{"ttft":{"unit":"ns","count":700,"mean":1.1e8,"min":1,"max":9,
                     "p50":%d,"p99":null,"needs":{"p99":662}}},
                 "rates":{"outputTokens/s":%s},
                 "validity":"%s","verdict":"%s"}
                """
                        .formatted(
                                id,
                                name,
                                name,
                                START.plus(Duration.ofDays(night)),
                                100_000_000 + night % 7 * 1_000_000,
                                3_600.25 + night,
                                validity,
                                verdict));
        return directory;
    }
}
