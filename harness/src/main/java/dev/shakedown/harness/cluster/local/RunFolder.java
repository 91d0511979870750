package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * The run's temporary folder, only for this user: Ray's session folders with their sockets, and the
 * token. Its path is short because a socket's path may have 107 bytes, and Ray adds 80.
 */
final class RunFolder {
    /** What Ray adds: {@code /n0/session_<date>_<time>_<pid>/sockets/plasma_store} and a little. */
    static final int LONGEST_PATH = 27;

    private RunFolder() {}

    /** {@code $TMPDIR} where it is short enough, else {@code /tmp}. */
    static Path base() {
        Path wanted = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        return wanted.resolve("sd-000000").toString().length() <= LONGEST_PATH
                ? wanted
                : Path.of("/tmp");
    }

    static Path create(String token) {
        byte[] random = new byte[3];
        new SecureRandom().nextBytes(random);
        Path folder = base().resolve("sd-" + HexFormat.of().formatHex(random));
        try {
            Files.createDirectory(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Path file =
                    Files.createFile(
                            folder.resolve("token"),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, token);
            return folder;
        } catch (IOException e) {
            throw new StepFailedException(
                    "no temporary folder for Ray: " + e,
                    "",
                    List.of("ls -ld " + folder.getParent()),
                    "make it writable, or set -Djava.io.tmpdir to a short path that is");
        }
    }
}
