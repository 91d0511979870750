package dev.shakedown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.process.KeptClusters;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code --keep}, {@code --reuse} and {@code down RUN} from outside, on a simulated cluster. */
class KeptTest {
    private static final Path SCENARIO = Path.of("..", "scenarios", "smoke-1x1.yaml");

    @TempDir private Path runs;

    @AfterEach
    void endWhatAFailedTestKept() throws IOException {
        for (Path run : runs()) {
            Captured.main("down", run.toString());
        }
    }

    @Test
    void clusterServesALaterRunAndEndsByName() throws IOException {
        Captured keeping = run("--keep", "--stop-after", "Smoke");
        assertThat(keeping.exit()).as(keeping.err()).isZero();
        Path kept = runs().getFirst();
        String id = kept.getFileName().toString();
        assertThat(keeping.err())
                .contains("kept: the cluster stays up, 1 × 1 GPU", "shakedown down " + id);

        Captured reusing = run("--reuse", kept.toString());

        // A busy machine may make the measurement invalid, not the run.
        assertThat(reusing.exit()).as(reusing.err()).isIn(0, 4);
        assertThat(reusing.err())
                .contains("– ClusterUp   run " + id + " left it up", "✓ Measure")
                .contains("the cluster stays up until shakedown down " + id);
        assertThat(record("cluster.run", id)).hasSize(1);
        assertThat(Captured.main("down").out()).contains("shakedown down " + id + " ends it");
        assertThat(Captured.main("down", kept.toString()).out()).contains("ended: ");
        assertThat(KeptClusters.ofUser().named(id)).isEmpty();
        Captured gone = run("--reuse", id);
        assertThat(gone.exit()).isEqualTo(2);
        assertThat(gone.err()).contains("this run has kept no cluster");
    }

    @Test
    void clusterOfAnotherShapeIsRefused() throws IOException {
        run("--keep", "--stop-after", "ClusterUp");
        Path kept = runs().getFirst();

        Captured other = run("--reuse", kept.toString(), "--set", "cluster.gpusPerNode=2");

        assertThat(other.exit()).isEqualTo(3);
        assertThat(other.err()).contains("✗ Preflight", "gpusPerNode\":2", "gpusPerNode\":1");
        assertThat(KeptClusters.ofUser().named(kept.getFileName().toString())).isPresent();
    }

    @Test
    void clusterThatHasDiedIsNotUsed() throws IOException {
        run("--keep", "--stop-after", "ClusterUp");
        Path kept = runs().getFirst();
        long simulator =
                JsonMapper.shared()
                        .readTree(kept.resolve("ledger.json"))
                        .at("/processes/0/leader/pid")
                        .asLong();
        ProcessHandle.of(simulator).orElseThrow().destroyForcibly();

        Captured late = run("--reuse", kept.toString());

        assertThat(late.exit()).isEqualTo(3);
        assertThat(late.err())
                .contains("is not whole: Ray does not answer")
                .contains("next: shakedown down " + kept.getFileName());
    }

    @Test
    void runThatIsNotKnownIsAUsageErrorThatNamesThoseThatAre() throws IOException {
        run("--keep", "--stop-after", "ClusterUp");
        String id = runs().getFirst().getFileName().toString();

        Captured typo = Captured.main("down", id + "x");

        assertThat(typo.exit()).isEqualTo(2);
        assertThat(typo.err()).contains("no such run has left anything", id);
        assertThat(Captured.main("down", "--forget").exit()).isEqualTo(2);
        Captured ended = Captured.main("down", runs.resolve(id) + "/logs/..");
        assertThat(ended.exit()).isZero();
        assertThat(ended.out()).contains("ended: ");
        Captured again = Captured.main("down", runs.resolve(id).toString());
        assertThat(again.exit()).isZero();
        assertThat(again.out()).contains("nothing left behind");
    }

    @Test
    void scenariosOfOtherMachinesAreRefusedBesideALocalOneWithSeveralNodes(@TempDir Path other)
            throws IOException {
        Path twoNodes =
                Files.writeString(
                        other.resolve("two.yaml"),
                        """
                        schemaVersion: 1
                        name: two-local-nodes
                        question: Do two nodes come up on this machine?
                        cluster: { provider: local, nodes: 2, gpusPerNode: 1 }
                        local: { python: managed-cpu }
                        """);
        Captured mixed =
                Captured.main(
                        "run",
                        twoNodes.toString(),
                        "../scenarios/ssh-2x8.yaml",
                        "--runs",
                        runs.toString());

        assertThat(mixed.exit()).isEqualTo(2);
        assertThat(mixed.err()).contains("network of their own", "(provider ssh) separately");
    }

    @Test
    void whatCannotBeKeptIsAUsageError() {
        Captured several =
                Captured.main("run", "../scenarios/shapes.yaml", "--keep", "--runs", runs + "");
        assertThat(several.exit()).isEqualTo(2);
        assertThat(several.err()).contains("--keep: ");

        Captured attach =
                Captured.main("check", "../scenarios/attach.yaml", "--keep", "--runs", runs + "");
        assertThat(attach.exit()).isEqualTo(2);
        assertThat(attach.err())
                .contains("provider attach is somebody else's and stays up in any case");
    }

    private Captured run(String... more) {
        return Captured.main(
                Stream.concat(
                                Stream.of("run", SCENARIO.toString(), "--runs", runs.toString()),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    /** The oldest first. */
    private List<Path> runs() throws IOException {
        try (Stream<Path> all = Files.list(runs)) {
            return all.filter(Files::isDirectory).sorted().toList();
        }
    }

    private List<RunRecord> record(String key, String value) throws IOException {
        return runs().stream()
                .map(RunStore::read)
                .filter(run -> value.equals(run.fingerprint().get(key)))
                .toList();
    }
}
