package dev.shakedown.harness.diagnosis;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of a folder of logs, and what is wrong with some of them. */
final class LogFolder {
    private final Path root;
    private final List<Path> files = new ArrayList<>();
    private final List<String> missed = new ArrayList<>();

    private LogFolder(Path root) {
        this.root = root;
    }

    /** As it is now, by path; empty where there is no such folder. */
    static LogFolder of(Path root) {
        LogFolder folder = new LogFolder(root);
        if (Files.isDirectory(root)) {
            folder.list();
        }
        return folder;
    }

    List<Path> files() {
        return List.copyOf(files);
    }

    String name(Path file) {
        return root.relativize(file).toString();
    }

    void miss(Path file, String why) {
        missed.add(name(file) + ": " + why);
    }

    /** One line a file or folder. */
    List<String> missed() {
        return List.copyOf(missed);
    }

    private void list() {
        try {
            Files.walkFileTree(root, new Lister());
        } catch (IOException e) {
            miss(root, "cannot be listed: " + e);
        }
        files.sort(null);
    }

    /** A folder that cannot be entered must not hide the others. */
    private final class Lister extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (Files.isRegularFile(file)) {
                files.add(file);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException why) {
            miss(file, "cannot be read: " + why);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException why) {
            if (why != null) {
                miss(folder, "cannot be listed to its end: " + why);
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
