package dev.shakedown.harness.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process table in a folder. */
final class FakeProc {
    private final Path root;

    FakeProc(Path root) {
        this.root = root;
        write("sys/kernel/random/boot_id", "boot-1\n");
        write("sys/kernel/hostname", "here\n");
    }

    ProcFs procFs() {
        return new ProcFs(root);
    }

    /** A running process; an empty environment stands for one that was overwritten. */
    FakeProc with(long pid, long parent, long session, long start, String environment) {
        write(
                pid + "/stat",
                "%d (p) S %d %d %d 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %d 0"
                        .formatted(pid, parent, session, session, start));
        write(pid + "/environ", environment);
        write(pid + "/cmdline", "program\0" + pid);
        return this;
    }

    private void write(String file, String text) {
        try {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
