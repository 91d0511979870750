package dev.shakedown.harness.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of one process, which is a sleep. */
@Timeout(60)
class KeptClustersTest {
    private static final Leftovers.Ends NOWHERE =
            new Leftovers.Ends(
                    (_, _) -> EndReport.NOTHING,
                    (_, _) -> EndReport.NOTHING,
                    (_, _) -> EndReport.NOTHING);
    private static final String RUN = "20260101T000000Z-nightly-0a1b2c";
    private static final KeptCluster CLUSTER =
            new KeptCluster(
                    "nightly",
                    Map.of("cluster", "{\"nodes\":1}"),
                    "http://127.0.0.1:8265",
                    List.of(new Cluster.Node("id", "127.0.0.1", "here", 8, true)),
                    Map.of("ray", "2.60.0"),
                    Map.of("folder", "/tmp/sd-1"));

    @TempDir Path folder;
    private final ProcFs proc = new ProcFs();
    private Path state;
    private KeptClusters clusters;
    private Leftovers leftovers;
    private StartedProcess node;

    @BeforeEach
    void startAndKeep() {
        state = folder.resolve("state");
        clusters = new KeptClusters(state, proc);
        leftovers = new Leftovers(state, proc);
        ProcessTree tree = new ProcessTree(new Ledger(RUN, folder.resolve(RUN), state, proc));
        node =
                tree.start(
                        new ProcessSpec(
                                "Ray head",
                                List.of("sleep", "100"),
                                Map.of(),
                                folder.resolve("ray.log")));
        clusters.keep(RUN, CLUSTER, Optional.of("secret"));
    }

    @AfterEach
    void endNode() {
        node.process().destroyForcibly();
    }

    @Test
    void isFoundByIdAndByDirectoryWithAllThatWasSaidOfIt() {
        assertThat(clusters.named(RUN).orElseThrow().cluster()).isEqualTo(CLUSTER);
        assertThat(clusters.named("/data/runs/" + RUN + "/")).isPresent();
        assertThat(clusters.named("another")).isEmpty();
        assertThat(CLUSTER.shape()).isEqualTo("1 × 8 GPUs");
    }

    @Test
    void isNotEndedByNameFromAnotherMachineThatSharesTheHomeFolder() throws IOException {
        Path ledger = state.resolve(RUN + ".json");
        Files.writeString(
                ledger,
                Files.readString(ledger)
                        .replace("\"" + proc.hostName() + "\"", "\"another-host\""));

        EndReport report = leftovers.end(RUN, Progress.SILENT, NOWHERE);

        assertThat(report.notEnded())
                .singleElement()
                .asString()
                .contains("another-host", "shakedown down " + RUN);
        assertThat(node.process().isAlive()).isTrue();
        assertThat(ledger).exists();
    }

    @Test
    void onlyTheUserCanReadItsTokenAndTheLedgersDoNotHoldIt() throws IOException {
        Path token = clusters.named(RUN).orElseThrow().tokenFile().orElseThrow();

        assertThat(Files.readString(token)).isEqualTo("secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
                .isEqualTo("rw-------");
        assertThat(state.resolve(RUN + ".json")).content().doesNotContain("secret");
        assertThat(folder.resolve(RUN).resolve("ledger.json"))
                .content()
                .contains("nightly")
                .doesNotContain("secret");
    }

    @Test
    void outlivesItsRunUntilItIsEndedByName() throws IOException {
        ownedBy(1, 1);
        assertThat(leftovers.list()).isEmpty();
        assertThat(leftovers.end(Progress.SILENT, NOWHERE)).isEqualTo(EndReport.NOTHING);
        assertThat(node.exitStatus()).isEmpty();

        EndReport ended = leftovers.end("runs/" + RUN, Progress.SILENT, NOWHERE);

        assertThat(ended.clean()).isTrue();
        assertThat(ended.ended()).singleElement().asString().contains("sleep 100");
        assertThat(clusters.all()).isEmpty();
        assertThat(Files.exists(state.resolve(RUN + ".token"))).isFalse();
    }

    @Test
    void isNeitherTakenNorEndedWhileAnotherShakedownUsesIt() throws IOException {
        ProcessId other = proc.identify(node.process().pid()).orElseThrow();
        ownedBy(other.pid(), other.startTicks());

        assertThatThrownBy(() -> clusters.take(RUN))
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining("process " + other.pid());
        assertThat(leftovers.end(RUN, Progress.SILENT, NOWHERE).notEnded())
                .singleElement()
                .asString()
                .contains("process " + other.pid());
        assertThat(node.exitStatus()).isEmpty();
    }

    @Test
    void isTakenFromAUserThatWasKilledAndItsEngineIsEnded() throws IOException {
        Ledger user = new Ledger("user", folder.resolve("user"), state, proc);
        ProcessTree engine = new ProcessTree(user.ofEngine());
        StartedProcess left =
                engine.start(
                        new ProcessSpec(
                                "vLLM",
                                List.of("sleep", "101"),
                                Map.of(),
                                folder.resolve("vllm.log")));
        clusters.take(RUN);
        clusters.note(RUN, "user");
        ownedBy(1, 1);
        ownerOf("user-engine", 1, 1);

        KeptRun taken = clusters.take(RUN);

        assertThat(taken.user()).isEqualTo("user");
        assertThat(taken.usedBy()).hasValue(ProcessHandle.current().pid());
        assertThat(leftovers.endEngine("user", Progress.SILENT).orElseThrow().ended())
                .singleElement()
                .asString()
                .contains("sleep 101");
        assertThat(left.process().onExit()).succeedsWithin(Duration.ofSeconds(20));
        assertThat(node.exitStatus()).isEmpty();
        assertThat(leftovers.endEngine("user", Progress.SILENT)).isEmpty();
    }

    /** A run that takes it while it is being ended would work on nodes that die under it. */
    @Test
    void isOwnedByWhoeverEndsItByName() throws IOException {
        ownedBy(1, 1);
        List<Long> owners = new ArrayList<>();
        Progress look =
                new Progress() {
                    @Override
                    public void say(String line) {
                        owners.add(Ledger.read(state.resolve(RUN + ".json")).owner().pid());
                    }

                    @Override
                    public void bar(String name, double fraction) {}
                };

        assertThat(leftovers.end(RUN, look, NOWHERE).clean()).isTrue();

        assertThat(owners).containsExactly(ProcessHandle.current().pid());
    }

    @Test
    void isKeptNoMoreWhereItsLedgerIsGoneOrTorn() throws IOException {
        Files.writeString(state.resolve(RUN + ".json"), "{\"schemaVersion\": 1, \"runId\"");

        assertThatThrownBy(() -> clusters.take(RUN)).hasMessageContaining("kept no more");
        assertThatThrownBy(() -> clusters.note(RUN, "x")).hasMessageContaining("kept no more");
        Files.delete(state.resolve(RUN + ".json"));
        assertThatThrownBy(() -> clusters.note(RUN, "x")).hasMessageContaining("kept no more");
    }

    @Test
    void isForgottenWithoutBeingEnded() throws IOException {
        assertThat(leftovers.known()).containsExactly(RUN);
        ownedBy(
                node.process().pid(),
                proc.identify(node.process().pid()).orElseThrow().startTicks());
        assertThat(leftovers.forget(RUN).notEnded())
                .singleElement()
                .asString()
                .contains("works on it");
        ownedBy(1, 1);

        assertThat(leftovers.forget("runs/" + RUN).ended())
                .containsExactly("Ray head on " + proc.hostName());

        assertThat(node.exitStatus()).isEmpty();
        assertThat(leftovers.known()).isEmpty();
        assertThat(state.resolve(RUN + ".token")).doesNotExist();
    }

    @Test
    void isNotTakenWhereNothingIsKept() {
        assertThatThrownBy(() -> clusters.take("another")).hasMessageContaining("kept no more");
    }

    private void ownedBy(long pid, long startTicks) throws IOException {
        ownerOf(RUN, pid, startTicks);
    }

    /** As if another process had written the ledger. */
    private void ownerOf(String run, long pid, long startTicks) throws IOException {
        Path file = state.resolve(run + ".json");
        ProcessId owner = Ledger.read(file).owner();
        Files.writeString(
                file,
                Files.readString(file)
                        .replaceFirst(
                                "\"pid\" : %d,\\s*\"startTicks\" : %d"
                                        .formatted(owner.pid(), owner.startTicks()),
                                "\"pid\" : %d, \"startTicks\" : %d".formatted(pid, startTicks)));
        assertThat(Ledger.read(file).owner().pid()).isEqualTo(pid);
    }
}
