package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.CacheFolder;
import dev.shakedown.reports.run.AtomicWrite;
import dev.shakedown.reports.run.FloorSummary;
import dev.shakedown.workloads.load.LoadGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Floors that were measured before, by client and load.
 *
 * @param client all that a floor depends on besides the load: processor, cores, Java, build
 */
record FloorCache(Path folder, String client) {
    /** A machine gets other neighbours, a kernel other defaults. */
    private static final Duration GOOD_FOR = Duration.ofDays(30);

    private static final JsonMapper JSON = JsonMapper.shared();

    /** The user's, for this process. */
    static FloorCache ofUser() {
        return new FloorCache(CacheFolder.of(System.getenv()).resolve("floor"), thisClient());
    }

    /** Both, for nobody else to be told apart by a file's name alone. */
    private record Kept(String client, CalibrationLoad load, FloorSummary floor) {}

    /** Empty if it was not measured, too long ago, or cannot be read. */
    Optional<FloorSummary> find(CalibrationLoad load, Instant now) {
        try {
            Kept kept = JSON.readValue(Files.readString(file(load)), Kept.class);
            boolean same = kept.client().equals(client) && kept.load().equals(load);
            boolean fresh = kept.floor().measuredAt().plus(GOOD_FOR).isAfter(now);
            return same && fresh ? Optional.of(kept.floor()) : Optional.empty();
        } catch (IOException | JacksonException | NullPointerException unreadable) {
            return Optional.empty();
        }
    }

    /** One that cannot be kept is measured again. */
    void keep(CalibrationLoad load, FloorSummary floor) {
        try {
            Files.createDirectories(folder);
            AtomicWrite.write(
                    file(load),
                    JSON.writeValueAsString(new Kept(client, load, floor))
                            .getBytes(StandardCharsets.UTF_8));
        } catch (IOException | UncheckedIOException unwritable) {
            return;
        }
    }

    private Path file(CalibrationLoad load) {
        CRC32 sum = new CRC32();
        sum.update((client + load).getBytes(StandardCharsets.UTF_8));
        return folder.resolve("%08x.json".formatted(sum.getValue()));
    }

    /** The jar's time is part of it: a checkout's builds all have one version. */
    private static String thisClient() {
        return "%s; %d cores; Java %s; Shakedown %s of %s"
                .formatted(
                        processor(),
                        Runtime.getRuntime().availableProcessors(),
                        Runtime.version(),
                        Build.version(),
                        Instant.ofEpochMilli(
                                LoadPackage.jarOf(LoadGenerator.class).toFile().lastModified()));
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException | UncheckedIOException noLinux) {
            return System.getProperty("os.arch");
        }
    }
}
