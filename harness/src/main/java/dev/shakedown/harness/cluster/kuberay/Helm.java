package dev.shakedown.harness.cluster.kuberay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The user's own Helm, as a command. Not the library helm-java: it is a Helm of another version
 * than the user's, as native code of 28 MB for each platform, in the archive of everybody, for the
 * one who writes {@code operator: install}. The command has the user's repositories, logins,
 * plugins and certificates, and what {@code plan} prints is then exactly what runs.
 *
 * @param context of the kubeconfig; absent: the current one
 */
record Helm(Optional<String> context) {
    static final String PROGRAM = "helm";
    private static final int TELLING_LINES = 8;
    private static final int KILLED = 124;

    /** How a command ended. */
    record Result(int status, String output, List<String> errors) {
        Result {
            errors = List.copyOf(errors);
        }

        boolean ok() {
            return status == 0;
        }

        /** The end of what it complained of. */
        List<String> telling() {
            return errors.subList(Math.max(0, errors.size() - TELLING_LINES), errors.size());
        }
    }

    /** A whole command line. */
    List<String> argv(List<String> arguments) {
        List<String> argv = new ArrayList<>(List.of(PROGRAM));
        argv.addAll(arguments);
        context.ifPresent(name -> argv.addAll(List.of("--kube-context", name)));
        return argv;
    }

    /** Empty where there is no such program. It is asked to end after {@code limit}. */
    Optional<Result> run(Duration limit, List<String> arguments) throws InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(argv(arguments)).start();
            process.getOutputStream().close();
        } catch (IOException none) {
            return Optional.empty();
        }
        StringBuilder output = new StringBuilder();
        List<String> errors = new ArrayList<>();
        Thread out = Thread.ofVirtual().start(() -> output.append(text(process.getInputStream())));
        Thread err =
                Thread.ofVirtual()
                        .start(
                                () ->
                                        errors.addAll(
                                                text(process.getErrorStream()).lines().toList()));
        try {
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.destroy();
            }
            out.join();
            err.join();
            if (!ended) {
                errors.add("stopped: no end within %d s".formatted(limit.toSeconds()));
            }
            return Optional.of(
                    new Result(ended ? process.exitValue() : KILLED, output.toString(), errors));
        } finally {
            process.destroy();
        }
    }

    private static String text(InputStream stream) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader.readAllAsString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
