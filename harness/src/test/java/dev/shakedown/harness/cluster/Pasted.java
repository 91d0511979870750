package dev.shakedown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Lines of a plan in a shell, as somebody would paste them. */
public final class Pasted {
    private Pasted() {}

    /** Ends well within a minute; {@code plan.txt} in the folder has what they printed. */
    public static void run(Path folder, List<String> lines)
            throws IOException, InterruptedException {
        run(folder, lines, Duration.ofMinutes(1));
    }

    /** The same for lines that take longer. */
    public static void run(Path folder, List<String> lines, Duration limit)
            throws IOException, InterruptedException {
        Path script = folder.resolve("plan.sh");
        Path output = folder.resolve("plan.txt");
        Files.write(script, lines);
        Process shell =
                new ProcessBuilder("bash", script.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean ended = shell.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
        shell.destroy();
        assertThat(ended).as(Files.readString(output)).isTrue();
        assertThat(shell.exitValue()).as(Files.readString(output)).isZero();
    }
}
