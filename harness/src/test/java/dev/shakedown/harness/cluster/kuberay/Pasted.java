package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Lines of a plan in a shell, as somebody would paste them. */
final class Pasted {
    private Pasted() {}

    static void run(Path folder, List<String> lines) throws IOException, InterruptedException {
        Path script = folder.resolve("plan.sh");
        Path output = folder.resolve("plan.txt");
        Files.write(script, lines);
        Process shell =
                new ProcessBuilder("bash", script.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean ended = shell.waitFor(60, TimeUnit.SECONDS);
        shell.destroy();
        assertThat(ended).as(Files.readString(output)).isTrue();
        assertThat(shell.exitValue()).as(Files.readString(output)).isZero();
    }
}
