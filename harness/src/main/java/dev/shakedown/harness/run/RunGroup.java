package dev.shakedown.harness.run;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunStore;
import dev.shakedown.reports.run.RunUnreadableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * The runs that one argument names: a run directory, a folder of run directories, a pattern such as
 * {@code runs/*-nightly-*}, or several of these with commas between them.
 */
public record RunGroup(List<Path> directories, Set<String> ids) {

    public RunGroup {
        directories = List.copyOf(directories);
        ids = Set.copyOf(ids);
    }

    /**
     * Finds them.
     *
     * @throws IllegalArgumentException if there are none, or of several scenarios; the message says
     *     what to write instead
     */
    public static RunGroup of(String argument) {
        List<Path> found = new ArrayList<>();
        if (exists(argument)) {
            found.addAll(below(argument));
        } else {
            for (String part : argument.split(",", -1)) {
                if (!part.isBlank()) {
                    found.addAll(exists(part) ? below(part) : matching(part));
                }
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    argument
                            + ": no run here. A group is a run directory, a folder of run"
                            + " directories, a quoted pattern ('runs/*-base-*'), or several with"
                            + " commas between them");
        }
        return oneScenario(argument, found.stream().distinct().toList());
    }

    /**
     * This group, where no run of it is in the other.
     *
     * @throws IllegalArgumentException if one is
     */
    public RunGroup besides(RunGroup other) {
        ids.stream()
                .filter(other.ids::contains)
                .findFirst()
                .ifPresent(
                        twice -> {
                            throw new IllegalArgumentException(twice + " is in both groups");
                        });
        return this;
    }

    private static boolean exists(String text) {
        try {
            return Files.isDirectory(Path.of(text));
        } catch (InvalidPathException notOne) {
            return false;
        }
    }

    private static List<Path> below(String text) {
        Path folder = Path.of(text);
        if (isRun(folder)) {
            return List.of(folder);
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(RunGroup::isRun).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    /** Wildcards stand in the last part of a path only. */
    private static List<Path> matching(String pattern) {
        int slash = pattern.lastIndexOf('/');
        String folder = slash < 0 ? "." : pattern.substring(0, slash + 1);
        if (!exists(folder)) {
            return List.of();
        }
        try (DirectoryStream<Path> matches =
                Files.newDirectoryStream(Path.of(folder), pattern.substring(slash + 1))) {
            List<Path> found = new ArrayList<>();
            matches.forEach(found::add);
            return found.stream()
                    .map(path -> slash < 0 ? path.getFileName() : path)
                    .filter(RunGroup::isRun)
                    .sorted()
                    .toList();
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(pattern + ": " + e.getDescription(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    private static RunGroup oneScenario(String argument, List<Path> directories) {
        TreeSet<String> names = new TreeSet<>();
        Set<String> ids = new TreeSet<>();
        for (Path directory : directories) {
            RunRecord run = read(directory);
            names.add(run.scenarioName());
            ids.add(run.id());
        }
        if (names.size() > 1) {
            throw new IllegalArgumentException(
                    "%s: runs of %d scenarios (%s). A group is one scenario: name its runs, as '%s/*-%s-*'"
                            .formatted(
                                    argument,
                                    names.size(),
                                    String.join(", ", names),
                                    directories.getFirst().toAbsolutePath().getParent(),
                                    names.first()));
        }
        return new RunGroup(directories, ids);
    }

    private static RunRecord read(Path directory) {
        try {
            return RunStore.read(directory);
        } catch (RunUnreadableException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static boolean isRun(Path folder) {
        return Files.isRegularFile(folder.resolve(RunStore.FILE));
    }
}
