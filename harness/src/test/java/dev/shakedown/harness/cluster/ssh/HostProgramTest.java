package dev.shakedown.harness.cluster.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The program that hosts run, on this one, without ssh. */
@Timeout(120)
class HostProgramTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Opens a file in shared memory and holds it; argument: the file, and whether to create it. */
    private static final String HOLDER =
            "import sys, time\nheld = open(sys.argv[1], sys.argv[2])\ntime.sleep(100)";

    private final String run = "run-" + System.nanoTime();
    private final List<Process> mine = new ArrayList<>();
    private final List<JsonNode> leaders = new ArrayList<>();
    @TempDir Path temporary;
    private Path folder;
    private LocalHostProgram host;

    @BeforeEach
    void make() {
        folder = temporary.resolve("session");
        host = new LocalHostProgram(folder);
        host.ask("make", Map.of("files", Map.of("token", encoded("secret"))));
    }

    @AfterEach
    void endMine() {
        mine.forEach(Process::destroyForcibly);
    }

    @Test
    void theFolderIsForThisUserAlone() throws IOException {
        assertThat(folder.resolve("token")).hasContent("secret");
        assertThat(Files.getPosixFilePermissions(folder)).hasSize(3);
        assertThat(Files.getPosixFilePermissions(folder.resolve("token"))).hasSize(2);
    }

    @Test
    void endsWhatItStartedWithChildrenAndRemovesTheFolder() {
        long leader = start("sh", "-c", "sleep 100 & setsid sleep 101; true");

        JsonNode said = end();

        assertThat(said.path("left")).isEmpty();
        assertThat(said.path("ended").toString()).contains("sleep 100", "sleep 101");
        await(() -> !alive(leader)); // its zombie waits for init a moment
        assertThat(folder).doesNotExist();
        assertThat(folder.resolveSibling("session.gone")).doesNotExist();
    }

    @Test
    void aForeignProcessThatStandsInTheFolderLivesOnWithItsChildren() throws IOException {
        Process shell = other("sh", "-c", "sleep 102 & echo $!; wait");
        long child = Long.parseLong(shell.inputReader().readLine());

        end();

        assertThat(shell.isAlive()).isTrue();
        assertThat(alive(child)).isTrue();
        ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void aProcessThatIgnoresTheRequestIsKilled() {
        long leader = start("sh", "-c", "trap '' TERM; while true; do sleep 0.1; done");

        assertThat(end().path("left")).isEmpty();
        await(() -> !alive(leader)); // its zombie waits for init a moment
    }

    @Test
    void whatOutlivesItsLeaderIsFoundByItsMark() {
        start("sh", "-c", "sleep 103 & exit 0");
        leaders.clear();

        assertThat(end().path("ended").toString()).contains("sleep 103");
    }

    @Test
    void ofSharedMemoryOnlyWhatTheRunMadeGoes() throws IOException {
        Path made = sharedMemory("made");
        Path older = sharedMemory("older");
        Path shared = sharedMemory("shared");
        Files.writeString(older, "a dataset of somebody");
        Files.setLastModifiedTime(older, FileTime.fromMillis(0));
        try {
            startHolder(made, "w");
            startHolder(older, "r");
            startHolder(shared, "w");
            awaitFile(shared);
            mine.add(new ProcessBuilder("python3", "-c", HOLDER, shared.toString(), "r").start());
            awaitOpen(mine.getLast().pid(), shared);
            awaitFile(made);

            JsonNode said = end();

            assertThat(said.path("left")).isEmpty();
            assertThat(made).doesNotExist();
            assertThat(older).exists();
            assertThat(shared).exists();
        } finally {
            for (Path file : List.of(made, older, shared)) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Test
    void sharedMemoryThatWasNotedGoesThoughItsHolderWasKilledBefore() throws IOException {
        Path made = sharedMemory("noted");
        try {
            startHolder(made, "w");
            awaitFile(made);
            host.ask("note", ended());
            long leader = leaders.getFirst().path("pid").asLong();
            ProcessHandle.of(leader)
                    .orElseThrow()
                    .descendants()
                    .forEach(ProcessHandle::destroyForcibly);
            await(() -> !alive(leader));

            assertThat(end().path("left")).isEmpty();

            assertThat(made).doesNotExist();
        } finally {
            Files.deleteIfExists(made);
        }
    }

    @Test
    void withoutAStampNothingIsKnownToBeTheRuns() throws IOException {
        Path made = sharedMemory("unstamped");
        try {
            startHolder(made, "w");
            awaitFile(made);
            Files.delete(folder.resolve(".made"));

            end();

            assertThat(made).exists();
        } finally {
            Files.deleteIfExists(made);
        }
    }

    @Test
    void nothingStartsAfterTheEnd() {
        end();

        assertThat(host.exitOf("start", startRequest("sleep", "104"))).isNotZero();
        assertThat(folder).doesNotExist();
    }

    @Test
    void aTeardownThatWasCutOffIsFinishedByTheNext() throws IOException {
        long leader = start("sleep", "105");
        Files.move(folder, folder.resolveSibling("session.gone"));

        assertThat(end().path("left")).isEmpty();
        await(() -> !alive(leader)); // its zombie waits for init a moment
        assertThat(folder.resolveSibling("session.gone")).doesNotExist();
    }

    @Test
    void logsSkipWhatIsNoRegularFile() throws IOException {
        Path out = Files.createDirectories(folder.resolve("out"));
        Files.writeString(out.resolve("head.log"), "a line\n");
        Files.createSymbolicLink(out.resolve("gone.log"), out.resolve("nowhere"));

        String said =
                host.outputOf(
                        "logs",
                        Map.of("folders", List.of(out.toString()), "most", 100, "mostEach", 100));

        assertThat(said).contains("head.log", "a line").doesNotContain("gone.log");
    }

    private long start(String... argv) {
        JsonNode started = host.ask("start", startRequest(argv));
        leaders.add(started);
        return started.path("pid").asLong();
    }

    private void startHolder(Path file, String mode) {
        long pid = start("python3", "-c", HOLDER, file.toString(), mode);
        awaitOpen(
                () ->
                        ProcessHandle.of(pid).stream()
                                .flatMap(ProcessHandle::descendants)
                                .map(ProcessHandle::pid)
                                .toList(),
                file);
    }

    private Map<String, Object> startRequest(String... argv) {
        return Map.of(
                "argv", List.of(argv),
                "env", Map.of(),
                "log", folder.resolve("out/test.log").toString(),
                "python", "python3",
                "run", run);
    }

    /** Not of the run, but it stands in the run's folder and writes there. */
    private Process other(String... argv) throws IOException {
        Process process =
                new ProcessBuilder(argv)
                        .directory(folder.toFile())
                        .redirectError(folder.resolve("other.log").toFile())
                        .start();
        mine.add(process);
        return process;
    }

    private JsonNode end() {
        return host.ask("end", ended());
    }

    private Map<String, Object> ended() {
        return Map.of("run", run, "leaders", leaders, "folders", List.of(folder.toString()));
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Path sharedMemory(String name) {
        return Path.of("/dev/shm", "shakedown-test-" + name + "-" + run);
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    private static void awaitFile(Path file) {
        await(() -> Files.exists(file));
    }

    private static void awaitOpen(long pid, Path file) {
        awaitOpen(() -> List.of(pid), file);
    }

    private static void awaitOpen(Supplier<List<Long>> pids, Path file) {
        await(() -> pids.get().stream().anyMatch(pid -> holds(pid, file)));
    }

    private static boolean holds(long pid, Path file) {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return open.anyMatch(link -> file.equals(target(link)));
        } catch (IOException | UncheckedIOException gone) {
            return false;
        }
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException gone) {
            return link;
        }
    }

    private static void await(BooleanSupplier done) {
        Await.until(LIMIT, done);
    }
}
