package dev.shakedown.harness.nightly;

import dev.shakedown.harness.run.Build;
import dev.shakedown.harness.run.RunDirectory;
import dev.shakedown.harness.scenario.Suite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A night's own directory: {@code <UTC time>-nightly-<suite>-<6 hex>}, beside those of its runs.
 */
record NightFolder(Path path) {
    static final int SCHEMA_VERSION = 1;
    private static final String KIND = "nightly-";
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    static NightFolder create(Path runs, Suite suite) {
        return new NightFolder(
                RunDirectory.create(runs, KIND + suite.name(), Instant.now()).path());
    }

    /** All nights of a suite, the newest first. */
    static List<NightFolder> of(Path runs, String suite) {
        String name = "\\d{8}T\\d{6}Z-" + KIND + Pattern.quote(suite) + "-[0-9a-f]{6}";
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(runs)) {
            return all.filter(path -> String.valueOf(path.getFileName()).matches(name))
                    .filter(path -> Files.exists(path.resolve(NightLog.FILE)))
                    .sorted(
                            Comparator.comparing((Path path) -> String.valueOf(path.getFileName()))
                                    .reversed())
                    .map(path -> new NightFolder(path.toAbsolutePath().normalize()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + runs, e);
        }
    }

    /** The newest one that was begun and not finished. */
    static Optional<NightFolder> unfinished(Path runs, String suite) {
        return of(runs, suite).stream()
                .filter(night -> night.state().verdict().isEmpty())
                .findFirst();
    }

    String id() {
        return String.valueOf(path.getFileName());
    }

    NightState state() {
        return NightState.of(NightLog.read(path));
    }

    /** The first line of its log. */
    static NightEvent.Night begun(Suite suite) {
        return new NightEvent.Night(
                SCHEMA_VERSION, suite.name(), digest(suite), Instant.now().toString());
    }

    /** Of all that decides what a night does: its samples and another's are not to be mixed. */
    static String digest(Suite suite) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("shakedown", Build.version());
        all.put("pairs", suite.pairs());
        all.put("control", suite.control());
        all.put("seeds", suite.seeds());
        all.put("canary", suite.canary());
        all.put("arms", List.of(suite.baseline(), suite.candidate()));
        all.put(
                "scenarios",
                suite.compared().stream()
                        .map(one -> List.of(one.baseline().resolved(), one.candidate().resolved()))
                        .toList());
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(JSON.writeValueAsString(all).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
