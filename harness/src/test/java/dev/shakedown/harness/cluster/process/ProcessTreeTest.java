package dev.shakedown.harness.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Await;
import dev.shakedown.harness.cluster.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On real processes: small shells of this machine. */
@Timeout(60)
class ProcessTreeTest {
    private static final Leftovers.Ends NOWHERE =
            new Leftovers.Ends(
                    (_, _) -> EndReport.NOTHING,
                    (_, _) -> EndReport.NOTHING,
                    (_, _) -> EndReport.NOTHING);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir Path folder;
    private final ProcFs proc = new ProcFs();
    private Ledger ledger;
    private ProcessTree tree;

    @BeforeEach
    void openLedger() {
        ledger =
                new Ledger(
                        "run-" + System.nanoTime(),
                        folder.resolve("run"),
                        folder.resolve("state"),
                        proc);
        tree = new ProcessTree(ledger);
    }

    @AfterEach
    void endAll() {
        tree.end();
    }

    @Test
    void nothingIsWrittenBeforeSomethingStarts() {
        assertThat(folder.resolve("run")).doesNotExist();
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void aStartedProcessIsInBothLedgersWithItsStartAndBoot() throws IOException {
        StartedProcess started = start("sleep 100");
        long pid = started.process().pid();
        for (Path file : List.of(inRun(), inState())) {
            LedgerPage page = Ledger.read(file);
            assertThat(page.owner().pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(page.processes()).hasSize(1);
            LedgerEntry entry = page.processes().getFirst();
            assertThat(entry.what()).isEqualTo("test");
            assertThat(entry.leader()).isEqualTo(proc.identify(pid).orElseThrow());
        }
    }

    @Test
    void leadsASessionOfItsOwnAndAppendsToItsLog() throws IOException {
        Path log = folder.resolve("logs/x.log");
        Files.createDirectories(log.getParent());
        Files.writeString(log, "before\n");
        StartedProcess started = start("echo out; echo err >&2; exec sleep 100");
        await(() -> contains(log, "err"));
        assertThat(log).content().isEqualTo("before\nout\nerr\n");
        ProcessStat stat = proc.stat(started.process().pid()).orElseThrow();
        assertThat(stat.session()).isEqualTo(stat.pid());
    }

    @Test
    void endsWhatIgnoresTermAndWhatMovedToAnotherSession() throws IOException {
        start(
                "trap '' TERM; setsid sh -c 'trap \"\" TERM; echo moved; while :; do sleep 1; done' &"
                        + " echo up; while :; do sleep 1; done");
        await(() -> contains(folder.resolve("logs/x.log"), "moved"));
        EndReport report = tree.end();
        assertThat(report.clean()).isTrue();
        assertThat(report.ended()).anyMatch(line -> line.contains("moved"));
        assertThat(new Members(proc, ledger.page()).find(List.of())).isEmpty();
        assertThat(inState()).doesNotExist();
        assertThat(Ledger.read(inRun()).closed()).isTrue();
    }

    @Test
    void leavesAForeignProcessOfTheSameProgramAlone() throws Exception {
        Process foreign = new ProcessBuilder("setsid", "-w", "sleep", "100").start();
        try {
            start("sleep 100");
            assertThat(tree.end().clean()).isTrue();
            assertThat(foreign.isAlive()).isTrue();
        } finally {
            foreign.destroyForcibly().waitFor();
        }
    }

    @Test
    void removesTheRunsFolders() throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp/deep")).getParent();
        Files.writeString(temporary.resolve("deep/file"), "x");
        ledger.addFolder(temporary);
        assertThat(tree.end().ended()).contains(temporary.toString());
        assertThat(temporary).doesNotExist();
    }

    @Test
    void removesSharedMemoryThatOnlyItsProcessesHeld() throws IOException {
        Path made = Path.of("/dev/shm/shakedown-test-" + ledger.page().runId());
        Path kept = Path.of("/dev/shm/shakedown-kept-" + ledger.page().runId());
        Files.writeString(kept, "x");
        try {
            start("exec 7>" + made + "; echo open; exec sleep 100");
            await(() -> contains(folder.resolve("logs/x.log"), "open"));
            tree.end();
            assertThat(made).doesNotExist();
            assertThat(kept).exists();
        } finally {
            Files.deleteIfExists(made);
            Files.deleteIfExists(kept);
        }
    }

    @Test
    void interruptionDoesNotCutTheEndingShort() {
        StartedProcess started = start("trap '' TERM; while :; do sleep 1; done");
        Thread.currentThread().interrupt();
        EndReport report = tree.end();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(report.clean()).isTrue();
        assertThat(proc.stat(started.process().pid())).isEmpty();
    }

    @Test
    void leftoversSkipRunsWhoseShakedownLives() {
        StartedProcess started = start("exec sleep 100");
        Leftovers leftovers = new Leftovers(folder.resolve("state"), proc);
        assertThat(leftovers.list()).isEmpty();
        assertThat(leftovers.end(Progress.SILENT, NOWHERE).ended()).isEmpty();
        assertThat(started.exitStatus()).isEmpty();
    }

    @Test
    void leftoversEndWhatADeadShakedownLeft() throws Exception {
        StartedProcess started = start("exec sleep 100");
        String page = Files.readString(inState());
        long self = ProcessHandle.current().pid();
        long ticks = proc.stat(self).orElseThrow().startTicks();
        Files.writeString(inState(), page.replace(Long.toString(ticks), Long.toString(ticks - 1)));
        Leftovers leftovers = new Leftovers(folder.resolve("state"), proc);
        assertThat(leftovers.list())
                .singleElement()
                .satisfies(
                        left ->
                                assertThat(left.processes())
                                        .singleElement()
                                        .asString()
                                        .contains("sleep 100"));
        assertThat(leftovers.end(Progress.SILENT, NOWHERE).clean()).isTrue();
        assertThat(started.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(inState()).doesNotExist();
        assertThat(leftovers.list()).isEmpty();
    }

    @Test
    void leftoversNameALedgerTheyCannotRead() throws IOException {
        Path state = Files.createDirectories(folder.resolve("state"));
        Files.writeString(state.resolve("torn.json"), "{\"schemaVersion\":1,");
        EndReport report = new Leftovers(state, proc).end(Progress.SILENT, NOWHERE);
        assertThat(report.notEnded()).singleElement().asString().contains("torn.json");
        assertThat(state.resolve("torn.json")).exists();
    }

    @Test
    void stateFolderFollowsXdg() {
        assertThat(Ledger.stateFolder(Map.of("HOME", "/h")))
                .isEqualTo(Path.of("/h/.local/state/shakedown/ledger"));
        assertThat(Ledger.stateFolder(Map.of("HOME", "/h", "XDG_STATE_HOME", "/s")))
                .isEqualTo(Path.of("/s/shakedown/ledger"));
        assertThat(Ledger.stateFolder(Map.of("HOME", "/h", "XDG_STATE_HOME", "relative")))
                .isEqualTo(Path.of("/h/.local/state/shakedown/ledger"));
    }

    @Test
    void noDraftsStayInTheStateFolder() throws IOException {
        start("exec sleep 100");
        try (Stream<Path> files = Files.list(folder.resolve("state"))) {
            assertThat(files).containsExactly(inState());
        }
    }

    private StartedProcess start(String script) {
        return tree.start(
                new ProcessSpec(
                        "test",
                        List.of("sh", "-c", script),
                        Map.of(),
                        folder.resolve("logs/x.log")));
    }

    private Path inRun() {
        return folder.resolve("run/ledger.json");
    }

    private Path inState() {
        return folder.resolve("state").resolve(ledger.page().runId() + ".json");
    }

    private static boolean contains(Path log, String text) {
        try {
            return Files.exists(log) && Files.readString(log).contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    private static void await(BooleanSupplier condition) {
        Await.until(LIMIT, condition);
    }
}
