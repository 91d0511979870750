package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.StepFailedException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs commands on hosts, each by the host's own launcher. */
final class Ssh implements AutoCloseable {
    private final Set<SshHost> reached = ConcurrentHashMap.newKeySet();
    private Optional<Path> folder = Optional.empty();

    /** Reads what a command prints. */
    interface Reader<T> {
        T read(InputStream output) throws IOException;

        /** Whether the command may now go on by itself, for as long as it likes. */
        default boolean isEnough(T result) {
            return false;
        }
    }

    /**
     * Runs a command with this input and hands its output on as it comes.
     *
     * @throws StepFailedException on the host's name: if it cannot be reached, if the command fails
     *     or if it takes longer than the limit
     */
    <T> T run(SshHost host, String command, byte[] input, Duration limit, Reader<T> reader) {
        reached.add(host);
        Process process = start(host, command);
        FutureTask<String> errors =
                inBackground(() -> text(process.getErrorStream().readAllBytes()));
        FutureTask<Boolean> written = inBackground(() -> write(process, input));
        FutureTask<T> output = inBackground(() -> reader.read(process.getInputStream()));
        boolean leave = false;
        try {
            T result = output.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            leave = reader.isEnough(result);
            if (leave) {
                return result;
            }
            int status = process.waitFor();
            if (status != 0) {
                throw failed(host, status, errors.get(5, TimeUnit.SECONDS));
            }
            written.get(5, TimeUnit.SECONDS);
            return result;
        } catch (TimeoutException e) {
            throw silent(host, limit);
        } catch (ExecutionException e) {
            throw failed(host, Launcher.FAILED, String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailedException("interrupted", host.name(), List.of(), "");
        } finally {
            if (!leave) {
                process.destroyForcibly();
            }
        }
    }

    /** Ends the shared connections; another command would make new ones. */
    @Override
    public synchronized void close() {
        reached.forEach(this::disconnect);
        reached.clear();
        folder.ifPresent(Ssh::remove);
        folder = Optional.empty();
    }

    /** With the sockets of connections that are still ending, or that could not be told. */
    private static void remove(Path folder) {
        File[] sockets = folder.toFile().listFiles();
        for (File socket : sockets == null ? new File[0] : sockets) {
            socket.delete();
        }
        folder.toFile().delete();
    }

    /** A connection that cannot be told ends by itself, half a minute later. */
    private void disconnect(SshHost host) {
        List<String> argv = host.launcher().farewell(host, sockets());
        if (argv.isEmpty()) {
            return;
        }
        try {
            Process exit = new ProcessBuilder(argv).redirectErrorStream(true).start();
            if (!exit.waitFor(5, TimeUnit.SECONDS)) {
                exit.destroyForcibly();
            }
        } catch (IOException e) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Under {@code /tmp}: a socket's path may have 104 bytes on some systems. */
    private synchronized Path sockets() {
        if (folder.isEmpty()) {
            try {
                folder =
                        Optional.of(
                                Files.createTempDirectory(
                                        Path.of("/tmp"),
                                        "sd-ssh",
                                        PosixFilePermissions.asFileAttribute(
                                                PosixFilePermissions.fromString("rwx------"))));
            } catch (IOException e) {
                throw new UncheckedIOException("no folder for ssh's sockets", e);
            }
        }
        return folder.get();
    }

    private Process start(SshHost host, String command) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(host.launcher().argv(host, sockets(), command));
            host.launcher().clean(builder.environment());
            return builder.start();
        } catch (IOException e) {
            throw new StepFailedException(
                    "there is no %s on this machine".formatted(host.launcher().program()),
                    "",
                    List.of(String.valueOf(e.getMessage())),
                    host.launcher().slurmJob().isEmpty()
                            ? "install OpenSSH's client"
                            : "run this where salloc and srun are");
        }
    }

    private static StepFailedException failed(SshHost host, int status, String errors) {
        return host.launcher().isOwn(status, errors)
                ? host.launcher().trouble(host, errors)
                : new StepFailedException(
                        "a command on the host ended with status " + status,
                        host.name(),
                        errors.lines().limit(8).toList(),
                        "try by hand: " + String.join(" ", host.argv()) + " python3 --version");
    }

    private static StepFailedException silent(SshHost host, Duration limit) {
        return new StepFailedException(
                "the host did not answer within " + limit.toSeconds() + " s",
                host.name(),
                List.of(),
                "try by hand: " + String.join(" ", host.argv()) + " true");
    }

    private static boolean write(Process process, byte[] input) throws IOException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
            return true;
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private static <T> FutureTask<T> inBackground(Work<T> work) {
        FutureTask<T> task = new FutureTask<>(work::run);
        Thread.ofVirtual().start(task);
        return task;
    }
}
