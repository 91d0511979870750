package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cli.Main;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One command of Shakedown in a JVM of its own. Runs and ledgers go below the test's folder, so
 * that {@code down} finds nobody else's.
 */
public final class ShakedownProcess implements AutoCloseable {
    private static final List<String> JVM =
            List.of(
                    "-XX:+UseG1GC",
                    "-XX:MaxGCPauseMillis=5",
                    "-Xms128m",
                    "-Xmx1g",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Djava.awt.headless=true");
    private static final int TAIL = 60;

    private final Process process;
    private final Path runs;
    private final Path output;

    private ShakedownProcess(Process process, Path runs, Path output) {
        this.process = process;
        this.runs = runs;
        this.output = output;
    }

    /** {@code shakedown run} of a scenario, in a fresh folder below {@code folder}. */
    public static ShakedownProcess run(Path folder, Path scenario, String... more)
            throws IOException {
        return run(List.of(), folder, scenario, more);
    }

    /**
     * The same behind another command.
     *
     * @param launcher what execs the rest of its arguments: {@code taskset -c 0}
     */
    static ShakedownProcess run(List<String> launcher, Path folder, Path scenario, String... more)
            throws IOException {
        Path own = Files.createTempDirectory(folder, "run");
        List<String> arguments = new ArrayList<>(List.of("run", scenario.toString()));
        arguments.addAll(List.of("--runs", own.resolve("runs").toString()));
        arguments.addAll(List.of(more));
        return start(launcher, folder, own, arguments);
    }

    /**
     * {@code shakedown simulate} on free ports; use it when it printed its ready line.
     *
     * @param what a scenario or exact times, and more options
     */
    static ShakedownProcess simulate(Path folder, String... what) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("simulate", "--port", "0"));
        arguments.addAll(List.of(what));
        return start(List.of(), folder, Files.createTempDirectory(folder, "simulate"), arguments);
    }

    /** {@code shakedown plan} of a scenario. */
    static ShakedownProcess plan(Path folder, Path scenario, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("plan", scenario.toString()));
        arguments.addAll(List.of(more));
        return start(List.of(), folder, Files.createTempDirectory(folder, "plan"), arguments);
    }

    /** {@code shakedown down}, from a folder that has nothing to do with any run. */
    static ShakedownProcess down(Path folder, String... runs) throws IOException {
        return down(List.of(), folder, runs);
    }

    /** The same behind another command. */
    static ShakedownProcess down(List<String> launcher, Path folder, String... runs)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of("down"));
        arguments.addAll(List.of(runs));
        return start(launcher, folder, Files.createTempDirectory(folder, "elsewhere"), arguments);
    }

    private static ShakedownProcess start(
            List<String> launcher, Path folder, Path own, List<String> arguments)
            throws IOException {
        List<String> argv = new ArrayList<>(launcher);
        argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        argv.addAll(JVM);
        argv.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        argv.addAll(arguments);
        Path output = own.resolve("output.txt");
        ProcessBuilder builder =
                new ProcessBuilder(argv)
                        .directory(own.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
        return new ShakedownProcess(builder.start(), own.resolve("runs"), output);
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Waits until a line of the output has the pattern. */
    public void awaitLine(String regex, Duration patience) throws InterruptedException {
        Pattern pattern = Pattern.compile(regex);
        long end = System.nanoTime() + patience.toNanos();
        while (!pattern.matcher(output()).find()) {
            assertThat(process.isAlive()).as("ended before '%s':\n%s", regex, tail()).isTrue();
            assertThat(System.nanoTime()).as("no '%s':\n%s", regex, tail()).isLessThan(end);
            Thread.sleep(100);
        }
    }

    /** The exit code, once it has ended by itself. */
    public int exitCode(Duration patience) throws InterruptedException {
        assertThat(process.waitFor(patience.toSeconds(), TimeUnit.SECONDS))
                .as("not ended after %s:\n%s", patience, tail())
                .isTrue();
        return process.exitValue();
    }

    /** Everything it printed so far. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What an assertion shows when it fails. */
    public String tail() {
        List<String> lines = output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    }

    /** The folder of its one run. */
    public Path directory() {
        try (Stream<Path> all = Files.list(runs)) {
            return all.filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no run:\n" + tail()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code run.json} of its one run. */
    public RunRecord record() {
        return RunStore.read(directory());
    }

    /** Ends what a failed test left. */
    @Override
    public void close() {
        List<ProcessHandle> left = process.descendants().toList();
        process.destroyForcibly();
        left.forEach(ProcessHandle::destroyForcibly);
    }
}
