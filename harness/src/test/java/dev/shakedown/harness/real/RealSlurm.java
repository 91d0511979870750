package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Slurm whose nodes are {@link RealHosts} h1 and h2, with two GPUs each that are none. */
final class RealSlurm {
    private static final Path SCRIPTS = Path.of("src/test/resources/slurm");

    private final Path folder;

    private RealSlurm(Path folder) {
        this.folder = folder;
    }

    static RealSlurm up(RealHosts hosts) throws IOException, InterruptedException {
        RealSlurm slurm = new RealSlurm(hosts.sshConfig().resolveSibling("."));
        slurm.run(
                List.of(
                        script("up.sh"),
                        slurm.folder.toString(),
                        "10.77.0.1",
                        "h1=10.77.0.11",
                        "h2=10.77.0.12"));
        return slurm;
    }

    /** Both nodes, until {@link #cancel}; the number of the job. */
    String allocate() throws IOException, InterruptedException {
        run(List.of("salloc", "--no-shell", "--nodes=2", "--gpus=4", "--job-name=shakedown"));
        return run(List.of("squeue", "--noheader", "--name=shakedown", "--format=%i")).strip();
    }

    void cancel(String job) throws IOException, InterruptedException {
        run(List.of("scancel", job));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!run(List.of("squeue", "--noheader", "--name=shakedown")).isBlank()) {
            assertThat(System.nanoTime()).as("job %s does not end", job).isLessThan(end);
            Thread.sleep(100);
        }
    }

    /** Steps of a job that run. */
    List<String> steps(String job) throws IOException, InterruptedException {
        return run(List.of("squeue", "--steps", "--noheader", "--jobs=" + job)).lines().toList();
    }

    /** The controller hears of a step's end a moment after its processes are gone. */
    void awaitNoStep(String job) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!steps(job).isEmpty()) {
            assertThat(System.nanoTime()).as("%s", steps(job)).isLessThan(end);
            Thread.sleep(100);
        }
    }

    /** Execs a command as in the shell that salloc gives. */
    List<String> inside(String job) {
        List<String> argv = new ArrayList<>(outside());
        argv.addAll(List.of("SLURM_JOB_ID=" + job, "SLURM_JOB_NODELIST=h[1-2]", "SLURM_GPUS=4"));
        return argv;
    }

    /** Execs a command in any shell of the cluster. */
    List<String> outside() {
        return List.of("env", "SLURM_CONF=" + folder.resolve("slurm/slurm.conf"));
    }

    void down() throws IOException, InterruptedException {
        run(List.of(script("down.sh"), folder.toString()));
    }

    private static String script(String name) {
        return SCRIPTS.resolve(name).toAbsolutePath().toString();
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(outside());
        argv.addAll(command);
        Path output = folder.resolve("said");
        Process process =
                new ProcessBuilder(argv)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        process.getOutputStream().close();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s", argv).isTrue();
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as("%s: %s", argv, said).isZero();
        return said;
    }
}
