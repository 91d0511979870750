package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.process.ProcFs;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who listens on a port, as far as this user may see. */
public final class PortHolder {
    private static final String LISTEN = "0A";

    private PortHolder() {}

    /** Pid and command line. */
    static Optional<String> of(int port) {
        return pid(port).map(pid -> "pid " + pid + ": " + new ProcFs().commandLine(pid));
    }

    /** Its process. */
    public static Optional<Long> pid(int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
            sockets.addAll(listening(Path.of(table), port));
        }
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> holds(pid, sockets))
                .findFirst();
    }

    /** A kernel without IPv6 lacks one of the tables. */
    private static Set<String> listening(Path table, int port) {
        try (Stream<String> lines = Files.lines(table)) {
            return lines.flatMap(line -> inode(line, port).stream())
                    .map("socket:[%s]"::formatted)
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            return Set.of();
        }
    }

    static Optional<String> inode(String line, int port) {
        String[] fields = line.strip().split("\\s+", -1);
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        return fields.length > 9 && fields[1].endsWith(suffix) && fields[3].equals(LISTEN)
                ? Optional.of(fields[9])
                : Optional.empty();
    }

    private static boolean holds(long pid, Set<String> sockets) {
        Path descriptors = Path.of("/proc/" + pid + "/fd");
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(descriptors)) {
            for (Path entry : entries) {
                if (sockets.contains(Files.readSymbolicLink(entry).toString())) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException e) {
            return false;
        }
    }
}
