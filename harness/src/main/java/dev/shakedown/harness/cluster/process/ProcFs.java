package dev.shakedown.harness.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Linux's process table. A process that ends while it is read is simply not there. */
public final class ProcFs {
    private static final Pattern FIRST_PAIR = Pattern.compile("[^=\\x00]+=");
    private static final String SHARED_MEMORY = "/dev/shm/";

    private final Path root;

    public ProcFs() {
        this(Path.of("/proc"));
    }

    ProcFs(Path root) {
        this.root = root;
    }

    /** Distinguishes this boot of the machine from every other. */
    public String bootId() {
        return kernel("random/boot_id");
    }

    /** The machine's name. */
    public String hostName() {
        return kernel("hostname");
    }

    private String kernel(String name) {
        try {
            return Files.readString(root.resolve("sys/kernel").resolve(name)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The running process with this number. */
    Optional<ProcessStat> stat(long pid) {
        return read(pid, "stat").flatMap(ProcessStat::parse).filter(stat -> !stat.dead());
    }

    /** The running process with this number, as something to be written down. */
    public Optional<ProcessId> identify(long pid) {
        return stat(pid).map(stat -> new ProcessId(pid, stat.startTicks(), bootId()));
    }

    /** Whether exactly this process runs, and not a later one with its number. */
    public boolean runs(ProcessId process) {
        return process.bootId().equals(bootId())
                && stat(process.pid())
                        .filter(stat -> stat.startTicks() == process.startTicks())
                        .isPresent();
    }

    /** All running processes that can be seen. */
    List<ProcessStat> processes() {
        List<ProcessStat> all = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "[0-9]*")) {
            entries.forEach(
                    entry ->
                            stat(Long.parseLong(String.valueOf(entry.getFileName())))
                                    .ifPresent(all::add));
        } catch (IOException | DirectoryIteratorException e) {
            return all;
        }
        return all;
    }

    /**
     * {@code NAME=value} pairs the process started with, as far as they can be read; see {@link
     * #knowsEnvironment}.
     */
    Set<String> environment(long pid) {
        return Set.of(distinct(read(pid, "environ").orElse("")));
    }

    /**
     * Whether {@link #environment} is all of it. It is not where it may not be read, or where the
     * process wrote its title over the first part (Ray's workers and vLLM's engine core do).
     */
    boolean knowsEnvironment(long pid) {
        return read(pid, "environ").map(FIRST_PAIR::matcher).filter(Matcher::lookingAt).isPresent();
    }

    /** The command line, arguments divided by blanks; empty for kernel threads. */
    public String commandLine(long pid) {
        return read(pid, "cmdline").map(text -> text.replace('\0', ' ').strip()).orElse("");
    }

    /** Files under {@code /dev/shm} that the process has open or mapped. */
    Set<Path> sharedMemory(long pid) {
        Stream<String> mapped =
                read(pid, "maps").stream()
                        .flatMap(String::lines)
                        .filter(line -> line.contains(SHARED_MEMORY))
                        .map(line -> line.substring(line.indexOf(SHARED_MEMORY)));
        Stream<String> open = descriptors(pid).values().stream().map(Path::toString);
        return Stream.concat(mapped, open)
                .filter(name -> name.startsWith(SHARED_MEMORY) && !name.endsWith(" (deleted)"))
                .map(Path::of)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Whether a process that can be seen has the file open for writing. */
    public boolean isWritten(Path file) {
        try {
            Path real = file.toRealPath();
            return processes().stream()
                    .flatMap(process -> descriptors(process.pid()).entrySet().stream())
                    .anyMatch(open -> open.getValue().equals(real) && writes(open.getKey()));
        } catch (IOException gone) {
            return false;
        }
    }

    /** The kernel shows how a file was opened as the permissions of its descriptor's link. */
    private static boolean writes(Path descriptor) {
        try {
            return Files.getPosixFilePermissions(descriptor, LinkOption.NOFOLLOW_LINKS)
                    .contains(PosixFilePermission.OWNER_WRITE);
        } catch (IOException closed) {
            return false;
        }
    }

    /** What a process has open, by the link that stands for it. */
    private Map<Path, Path> descriptors(long pid) {
        Map<Path, Path> open = new LinkedHashMap<>();
        Path folder = root.resolve(pid + "/fd");
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                linked(entry).ifPresent(file -> open.put(entry, file));
            }
        } catch (IOException | DirectoryIteratorException e) {
            return open;
        }
        return open;
    }

    /** Empty for one that was closed since it was listed. */
    private static Optional<Path> linked(Path descriptor) {
        try {
            return Optional.of(Files.readSymbolicLink(descriptor));
        } catch (IOException closed) {
            return Optional.empty();
        }
    }

    private static String[] distinct(String zeroDivided) {
        return Arrays.stream(zeroDivided.split("\0"))
                .filter(pair -> !pair.isEmpty())
                .distinct()
                .toArray(String[]::new);
    }

    private Optional<String> read(long pid, String file) {
        try {
            byte[] bytes = Files.readAllBytes(root.resolve(Long.toString(pid)).resolve(file));
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
