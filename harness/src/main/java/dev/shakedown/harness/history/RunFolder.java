package dev.shakedown.harness.history;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunStore;
import dev.shakedown.reports.run.RunUnreadableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The run directories of a folder, and the loads inside them, as the index shall have them. */
final class RunFolder {
    private static final String LOADS = "loads";

    /** What {@code run} calls its directories. */
    private static final String NAMED_LIKE_A_RUN = "\\d{8}T\\d{6}Z-.+-[0-9a-f]{6}";

    /** The log of a night, whose own folder is named like a run and is none. */
    private static final String NIGHT = "night.jsonl";

    private final Path runs;
    private final Map<String, IndexedRun> found = new LinkedHashMap<>();
    private final List<String> skipped = new ArrayList<>();

    private RunFolder(Path runs) {
        this.runs = runs;
    }

    /** All of them. */
    static RunFolder read(Path runs) {
        RunFolder folder = new RunFolder(runs);
        runDirectories(runs).forEach(folder::addWithLoads);
        return folder;
    }

    /** One run with its loads. */
    static RunFolder read(Path runs, Path runDirectory) {
        RunFolder folder = new RunFolder(runs);
        folder.addWithLoads(runDirectory.toAbsolutePath().normalize());
        return folder;
    }

    /** Those that could be read, in the order of their directories. */
    List<IndexedRun> found() {
        return List.copyOf(found.values());
    }

    /** The others, each with the reason. */
    List<String> skipped() {
        return List.copyOf(skipped);
    }

    /** Directories that are, or were to be, runs. */
    static List<Path> runDirectories(Path runs) {
        return children(runs).stream()
                .filter(child -> !Files.exists(child.resolve(NIGHT)))
                .filter(
                        child ->
                                Files.isRegularFile(child.resolve(RunStore.FILE))
                                        || child.getFileName().toString().matches(NAMED_LIKE_A_RUN))
                .toList();
    }

    private void addWithLoads(Path directory) {
        Optional<IndexedRun> run = add(directory, Optional.empty());
        for (Path load : children(directory.resolve(LOADS))) {
            add(load, run.map(IndexedRun::id).or(() -> Optional.of(name(directory))));
        }
    }

    private Optional<IndexedRun> add(Path directory, Optional<String> parent) {
        try {
            RunRecord record = RunStore.read(directory);
            IndexedRun run = IndexedRun.of(record, runs.relativize(directory).toString(), parent);
            return keep(run);
        } catch (RunUnreadableException | UncheckedIOException e) {
            skipped.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Of copies of a run, the one that still has its name. */
    private Optional<IndexedRun> keep(IndexedRun run) {
        IndexedRun other = found.get(run.id());
        if (other != null) {
            boolean original = name(Path.of(run.directory())).equals(run.id());
            skipped.add(
                    "%s is a copy of %s"
                            .formatted(
                                    runs.resolve(original ? other.directory() : run.directory()),
                                    original ? run.directory() : other.directory()));
            if (!original) {
                return Optional.empty();
            }
        }
        found.put(run.id(), run);
        return Optional.of(run);
    }

    private static String name(Path directory) {
        return directory.getFileName().toString();
    }

    private static List<Path> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isDirectory)
                    .filter(child -> !name(child).startsWith("."))
                    .sorted(Comparator.comparing(RunFolder::name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }
}
