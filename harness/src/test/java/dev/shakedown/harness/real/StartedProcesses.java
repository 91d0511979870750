package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All that runs below one process at one moment, and the shared memory that it has open: what must
 * be gone later.
 */
record StartedProcesses(Map<ProcessHandle, String> commands, Set<Path> sharedMemory) {
    private static final Pattern SHARED = Pattern.compile(" (/dev/shm/\\S+)$", Pattern.MULTILINE);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    static StartedProcesses below(ProcessHandle root) {
        Map<ProcessHandle, String> commands = new TreeMap<>();
        Set<Path> shared = new TreeSet<>();
        for (ProcessHandle process : root.descendants().toList()) {
            commands.put(process, commandLine(process));
            Matcher maps = SHARED.matcher(read(process, "maps"));
            while (maps.find()) {
                shared.add(Path.of(maps.group(1)));
            }
        }
        return new StartedProcesses(commands, shared);
    }

    static String commandLine(ProcessHandle process) {
        return read(process, "cmdline").replace('\0', ' ').strip();
    }

    /** The first whose command line has the pattern, in the order of process ids. */
    ProcessHandle first(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return commands.entrySet().stream()
                .filter(entry -> pattern.matcher(entry.getValue()).find())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + regex + " in " + commands.values()))
                .getKey();
    }

    void assertAllGone() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        List<String> left = left();
        while (!left.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(200);
            left = left();
        }
        assertThat(left).as("what the run started and did not end").isEmpty();
    }

    private List<String> left() {
        List<String> left = new ArrayList<>();
        commands.forEach(
                (process, command) -> {
                    if (process.isAlive()) {
                        left.add(process.pid() + " " + command);
                    }
                });
        sharedMemory.stream().filter(Files::exists).forEach(file -> left.add(file.toString()));
        return left;
    }

    private static String read(ProcessHandle process, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
        } catch (IOException ended) {
            return "";
        }
    }
}
