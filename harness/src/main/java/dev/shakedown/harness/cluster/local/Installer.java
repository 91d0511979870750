package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.process.ProcFs;
import dev.shakedown.harness.cluster.process.ProcessId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The installing process of an unfinished environment, noted in its folder: if Shakedown is killed,
 * pip or uv goes on writing, and the next build must end it first.
 */
final class Installer {
    private static final String NOTE = ".installer";

    private Installer() {}

    static void note(Path folder, ProcessHandle installer) {
        new ProcFs()
                .identify(installer.pid())
                .ifPresent(
                        id -> {
                            String line = id.pid() + " " + id.startTicks() + " " + id.bootId();
                            try {
                                Files.writeString(folder.resolve(NOTE), line);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
    }

    /** Ends the noted process and its children if it is still the one. */
    static void end(Path folder) throws IOException {
        Path note = folder.resolve(NOTE);
        if (!Files.isRegularFile(note)) {
            return;
        }
        String[] fields = Files.readString(note).strip().split(" ", -1);
        if (fields.length != 3) {
            return;
        }
        ProcessId id =
                new ProcessId(Long.parseLong(fields[0]), Long.parseLong(fields[1]), fields[2]);
        if (new ProcFs().runs(id)) {
            ProcessHandle.of(id.pid())
                    .ifPresent(
                            handle -> {
                                handle.descendants().forEach(ProcessHandle::destroyForcibly);
                                handle.destroyForcibly();
                            });
        }
    }
}
