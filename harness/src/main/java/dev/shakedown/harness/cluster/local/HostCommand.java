package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.StepFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A short command on this machine whose output matters. Both output streams are read as one.
 *
 * @param env on top of what this JVM has
 * @param limit after which it is killed with all its children
 */
record HostCommand(List<String> argv, Map<String, String> env, Duration limit) {
    private static final int KEPT_LINES = 4000;

    /** What it printed (the last {@value #KEPT_LINES} lines) and how it ended. */
    record Result(int status, List<String> lines) {
        boolean ok() {
            return status == 0;
        }

        String text() {
            return String.join("\n", lines);
        }

        List<String> tail(int count) {
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        }
    }

    HostCommand {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
    }

    static HostCommand of(Duration limit, String... argv) {
        return new HostCommand(List.of(argv), Map.of(), limit);
    }

    /** Empty where there is no such program. */
    Optional<Result> run() {
        return run(line -> {}, process -> {});
    }

    /**
     * @param onLine each line as it comes
     * @param onStart gets the process before it has done much
     */
    Optional<Result> run(Consumer<String> onLine, Consumer<ProcessHandle> onStart) {
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        builder.environment().putAll(env);
        Process process;
        try {
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            return Optional.empty();
        }
        onStart.accept(process.toHandle());
        List<String> lines = new ArrayList<>();
        Thread reader = Thread.ofVirtual().start(() -> read(process, lines, onLine));
        try {
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                kill(process);
            }
            // A grandchild may keep the pipe open.
            reader.join(Duration.ofSeconds(2));
            synchronized (lines) {
                if (!ended) {
                    lines.add("killed: no end within " + limit.toSeconds() + " s");
                }
                return Optional.of(
                        new Result(ended ? process.exitValue() : 124, List.copyOf(lines)));
            }
        } catch (InterruptedException e) {
            kill(process);
            Thread.currentThread().interrupt();
            throw new StepFailedException("interrupted: " + argv.getFirst(), "", List.of(), "");
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static void read(Process process, List<String> lines, Consumer<String> onLine) {
        try (BufferedReader output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = output.readLine();
            while (line != null) {
                synchronized (lines) {
                    lines.add(line);
                    if (lines.size() > KEPT_LINES) {
                        lines.removeFirst();
                    }
                }
                onLine.accept(line);
                line = output.readLine();
            }
        } catch (IOException e) {
            // The process was killed while its output was read; what came before is kept.
            return;
        }
    }
}
