package dev.shakedown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands from outside: what is printed where, and the exit code. */
class MainTest {
    private static final Path SCENARIOS = Path.of("..", "scenarios");

    @TempDir private Path runs;

    @Test
    void helpNamesOnlyCommandsThatExist() {
        Captured help = Captured.main("--help");

        assertThat(help.exit()).isZero();
        assertThat(help.out())
                .contains(
                        "run",
                        "check",
                        "nightly",
                        "compare",
                        "history",
                        "baseline",
                        "trend",
                        "validate",
                        "plan",
                        "report",
                        "simulate",
                        "down");
        assertThat(help.out()).doesNotContain("capacity");
    }

    @Test
    void brokenScenarioIsRefusedWithItsPlaceAndExit2() throws IOException {
        Path broken = runs.resolve("broken.yaml");
        Files.writeString(broken, "schemaVersion: 1\nname: x\nquestion: y\nclustr: {}\n");

        Captured run = Captured.main("run", broken.toString());

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("broken.yaml:4:1").contains("did you mean \"cluster\"");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void unknownStepToStopAfterIsAUsageError() {
        Captured run = Captured.main("run", scenario("2x8-tp8-pp2"), "--stop-after", "smok");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("--stop-after smok").contains("Smoke, Fabric, EngineUp");
    }

    @Test
    void simulateAsksWhichScenarioOfAMatrix() {
        Captured run = Captured.main("simulate", scenario("shapes"));

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("--variant").contains("shapes.1x8-tp8");
    }

    @Test
    void simulateWithoutItsKeyFileIsAUsageError() {
        Captured run =
                Captured.main("simulate", scenario("1x8-tp8"), "--api-key-file", "no-such-key");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("cannot read no-such-key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ttft=200ms             | it takes ttft and itl",
                "ttft=200ms,itl=20      | 20 has no unit",
                "ttft=1s,itl=1ms,x=1s   | it takes ttft and itl",
                "ttft=1s,itl=1ms,itl=2s | write it like --exact ttft=200ms,itl=20ms",
                "200ms                  | write it like --exact ttft=200ms,itl=20ms",
            })
    void exactTimesThatAreNoneAreAUsageError(String times, String complaint) {
        Captured run = Captured.main("simulate", "--exact", times);

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains(complaint);
    }

    @Test
    void simulateTakesAScenarioOrExactTimesAndNotBoth() {
        Captured both =
                Captured.main("simulate", scenario("1x8-tp8"), "--exact", "ttft=200ms,itl=20ms");
        Captured none = Captured.main("simulate");

        assertThat(both.exit()).isEqualTo(2);
        assertThat(both.err()).contains("either a scenario or --exact");
        assertThat(none.exit()).isEqualTo(2);
        assertThat(none.err()).contains("either a scenario or --exact");
    }

    @Test
    void missingFileIsOneClearLine() {
        Captured run = Captured.main("validate", "no-such.yaml");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err().lines().toList())
                .hasSize(1)
                .first()
                .asString()
                .contains("no-such.yaml");
    }

    @Test
    void planPrintsTheEngineLineAndStartsNothing() {
        Captured plan = Captured.main("plan", scenario("2x8-tp8-pp2"));

        assertThat(plan.exit()).isZero();
        assertThat(plan.out())
                .contains("vllm serve meta-llama/Llama-3.1-70B-Instruct")
                .contains("--pipeline-parallel-size 2")
                .contains("vllm bench serve");
    }

    @Test
    void mainJobOnASimulatedClusterLeavesACompleteRunDirectory() throws IOException {
        Captured run =
                Captured.main(
                        "run",
                        scenario("smoke-1x1"),
                        "--runs",
                        runs.toString(),
                        "--json",
                        "--view",
                        "vllm");

        assertThat(run.err())
                .contains(
                        "SIMULATED", "✓ ClusterUp", "✓ Smoke", "✓ EngineUp", "✓ Measure", "✓ Down");
        assertThat(run.out())
                .contains("\"scenario\":\"smoke-1x1\"")
                .contains("\"comparison\":null");
        Path directory = onlyRun();
        assertThat(
                        Stream.of(
                                        "run.json",
                                        "histograms.hlog",
                                        "requests.csv.gz",
                                        "timeseries.csv.gz",
                                        "events.jsonl",
                                        "diagnosis.json",
                                        "report.html",
                                        "summary.md",
                                        "junit.xml")
                                .filter(name -> Files.notExists(directory.resolve(name))))
                .isEmpty();
        assertThat(directory.resolve("logs")).isNotEmptyDirectory();
        assertThat(Captured.main("report", directory.toString()).exit()).isZero();
    }

    @Test
    void checkProvesTheClusterAndStartsNoEngine() throws IOException {
        Captured check =
                Captured.main(
                        "check", scenario("2x8-tp8-pp2"), "--runs", runs.toString(), "--json");

        assertThat(check.exit()).as(check.err()).isZero();
        assertThat(check.err())
                .contains("✓ Smoke", "✓ Fabric", "16 ranks on nccl", "NET/IB/GDRDMA", "✓ Down")
                .doesNotContain("EngineUp", "Measure");
        assertThat(check.out()).contains("\"verdict\":\"PASSED\"");
        assertThat(onlyRun().resolve("logs/fabric/job.log")).isNotEmptyFile();
        assertThat(onlyRun().resolve("report.html")).content().contains("sim-node-1 – sim-node-2");
    }

    @Test
    void expectedTransportThatIsNotFoundBetweenNodesIsExit3() {
        Captured check =
                Captured.main(
                        "check",
                        scenario("2x8-tp8-pp2"),
                        "--set",
                        "expect.transport=NET/Socket",
                        "--set",
                        "smoke=off",
                        "--runs",
                        runs.toString());

        assertThat(check.exit()).isEqualTo(3);
        assertThat(check.err())
                .contains("expect.transport is NET/Socket, between nodes NCCL uses NET/IB/GDRDMA");
    }

    @Test
    void jsonIsPrintedEvenWhereNothingStarts() throws IOException {
        Path file = Files.createFile(runs.resolve("file"));
        for (String[] wrong :
                new String[][] {
                    {"no-such.yaml"},
                    {"--no-such-option"},
                    {},
                    {scenario("smoke-1x1"), "--set", "nonsense"},
                    {scenario("smoke-1x1"), "--stop-after", "Nowhere"},
                    {scenario("smoke-1x1"), "--runs", file.toString()}
                }) {
            String[] command =
                    Stream.concat(Stream.of("run", "--json"), Stream.of(wrong))
                            .toArray(String[]::new);

            Captured run = Captured.main(command);

            assertThat(run.exit()).as(String.join(" ", command)).isEqualTo(2);
            assertThat(run.out().strip()).isEqualTo("{\"runs\":[],\"comparison\":null}");
            assertThat(run.err()).isNotBlank().doesNotContain("Exception");
        }
        Captured noSlurm =
                Captured.main("run", "--json", scenario("ssh-2x8"), "--set", "ssh.hosts=slurm");
        assertThat(noSlurm.exit()).isEqualTo(3);
        assertThat(noSlurm.err()).contains("no Slurm allocation here");
        assertThat(noSlurm.out().strip()).isEqualTo("{\"runs\":[],\"comparison\":null}");
        assertThat(Captured.main("check", "--json").out().strip())
                .isEqualTo("{\"runs\":[],\"comparison\":null}");
    }

    @Test
    void diagnoseNamesTheCauseThatLogsShow() throws IOException {
        Path logs = Files.createDirectories(runs.resolve("logs/h1"));
        Files.writeString(
                logs.resolve("ray.log"),
                "RuntimeError: Version mismatch: The cluster was started with:\n");

        Captured found = Captured.main("diagnose", "--logs", runs.resolve("logs").toString());
        Captured json =
                Captured.main("diagnose", "--json", "--logs", runs.resolve("logs").toString());
        Captured nothing = Captured.main("diagnose", "--logs", emptyFolder().toString());
        Captured missing = Captured.main("diagnose", "--logs", runs.resolve("none").toString());

        assertThat(found.exit()).isEqualTo(3);
        assertThat(found.out()).contains("on h1", "seen in h1/ray.log:1: ", "fix: ");
        assertThat(json.out()).contains("\"rootCause\"", "ray-version-mismatch");
        assertThat(nothing.exit()).isEqualTo(4);
        assertThat(missing.exit()).isEqualTo(2);
    }

    private Path emptyFolder() throws IOException {
        return Files.createDirectories(runs.resolve("empty"));
    }

    @Test
    void unknownGpuFailsItsOwnScenarioAndTheOthersGoOn() throws IOException {
        Path bad = runs.resolve("bad.yaml");
        Files.writeString(
                bad,
                Files.readString(Path.of(scenario("smoke-1x1")))
                        .replace("H100-SXM-80GB", "NO-SUCH-GPU"));

        Captured run =
                Captured.main(
                        "run",
                        bad.toString(),
                        scenario("smoke-1x1"),
                        "--stop-after=preflight",
                        "--json",
                        "--runs=" + runs.resolve("out"));

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out()).contains("ABORTED", "NO-SUCH-GPU", "PASSED", "comparison.html");
    }

    @Test
    void reportTellsWhatIsWrongWithATornRun() throws IOException {
        Files.writeString(runs.resolve("run.json"), "{\"id\":");

        Captured report = Captured.main("report", runs.toString());

        assertThat(report.exit()).isEqualTo(2);
        assertThat(report.err()).contains("run.json is torn").doesNotContain("bug");
    }

    @Test
    void simulateOfAMatrixNamesTheVariantsToChooseFrom() {
        Captured simulate = Captured.main("simulate", scenario("shapes"));

        assertThat(simulate.exit()).isEqualTo(2);
        assertThat(simulate.err()).contains("--variant", "shapes.1x8-tp8", "shapes.2x8-tp16");
    }

    private static String scenario(String name) {
        return SCENARIOS.resolve(name + ".yaml").toString();
    }

    private Path onlyRun() throws IOException {
        try (Stream<Path> found = Files.list(runs)) {
            List<Path> directories = found.filter(Files::isDirectory).toList();
            assertThat(directories).hasSize(1);
            return directories.getFirst();
        }
    }
}
