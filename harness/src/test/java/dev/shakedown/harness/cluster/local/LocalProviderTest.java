package dev.shakedown.harness.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.LocalSpec;
import dev.shakedown.harness.scenario.Scenario;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalProviderTest {
    private static final LocalSpec NO_SUCH =
            new LocalSpec("/no/such/venv", OptionalInt.empty(), Optional.empty());

    @TempDir Path folder;

    @Test
    void severalNodesNeedANamespaceAndOneDoesNot() {
        assertThat(LocalProvider.needsNamespace(scenario(2, NO_SUCH))).isTrue();
        assertThat(LocalProvider.needsNamespace(scenario(1, NO_SUCH))).isFalse();
    }

    @Test
    void managedWithoutADriverNamesTheAlternatives() {
        List<Check> checks =
                new LocalPreflight(scenario(1, LocalSpec.DEFAULT), environments(), List.of()).all();
        Check python = named("python", checks);
        assertThat(python.verdict()).isEqualTo(Check.Verdict.FAILED);
        assertThat(python.next()).contains("managed-cpu").contains("path of a Python");
    }

    @Test
    void aMissingPythonIsAFailedCheck() {
        Check python = named("python", checks(NO_SUCH));
        assertThat(python.verdict()).isEqualTo(Check.Verdict.FAILED);
        assertThat(python.detail()).contains("/no/such");
    }

    @Test
    void aHeadPortInUseNamesItsHolder() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            int port = taken.getLocalPort();
            LocalSpec spec = new LocalSpec("/no/such", OptionalInt.of(port), Optional.empty());
            Check check = named("head port", checks(spec));
            assertThat(check.verdict()).isEqualTo(Check.Verdict.FAILED);
            assertThat(check.detail()).contains("pid " + ProcessHandle.current().pid());
        }
    }

    @Test
    void coresThatDoNotExistAreNamed() {
        LocalSpec spec = new LocalSpec("/no/such", OptionalInt.empty(), Optional.of("0,4000-4001"));
        Check check = named("cores", checks(spec));
        assertThat(check.verdict()).isEqualTo(Check.Verdict.FAILED);
        assertThat(check.detail()).contains("[4000, 4001]");
    }

    @Test
    void logicalGpusAreSaidToBeLogical() {
        assertThat(named("gpus", checks(NO_SUCH)).detail()).contains("logical");
    }

    @Test
    void tooFewRealGpusFail() {
        NvidiaGpu one = NvidiaGpu.parse("H100, GPU-1, 123, 580.1").orElseThrow();
        List<Check> checks =
                new LocalPreflight(scenario(1, NO_SUCH), environments(), List.of(one)).all();
        assertThat(named("gpus", checks).detail()).contains("2 GPUs wanted, this machine has 1");
    }

    @Test
    void severalNodesOutsideANamespaceFailTheNetworkCheck() {
        List<Check> checks =
                new LocalPreflight(scenario(2, NO_SUCH), environments(), List.of()).all();
        Check.Verdict expected =
                NodeAddress.onlyLoopback() ? Check.Verdict.OK : Check.Verdict.FAILED;
        assertThat(named("network", checks).verdict()).isEqualTo(expected);
    }

    @Test
    void theTokenIsInNoCommandAndNoEnvironment() {
        RayLayout layout =
                RayLayout.choose(scenario(2, NO_SUCH), Path.of("/tmp/sd-1"), NodeAddress.LOOPBACK);
        RayCommands commands = commands(layout, false);
        for (PlannedNode node : layout.nodes()) {
            assertThat(commands.nodeEnv(node))
                    .containsEntry("RAY_AUTH_MODE", "token")
                    .containsEntry("RAY_AUTH_TOKEN_PATH", "/tmp/sd-1/token")
                    .doesNotContainKey("RAY_AUTH_TOKEN");
        }
    }

    @Test
    void everyNodeHasPortsAndFolderOfItsOwnAndOnlyTheHeadADashboard() {
        RayLayout layout =
                RayLayout.choose(scenario(2, NO_SUCH), Path.of("/tmp/sd-1"), NodeAddress.LOOPBACK);
        List<String> head = commands(layout, false).start(layout.nodes().get(0));
        List<String> worker = commands(layout, false).start(layout.nodes().get(1));
        assertThat(head)
                .contains("--head", "--dashboard-host=127.0.0.1", "--temp-dir=/tmp/sd-1/n0");
        assertThat(worker)
                .contains("--address=127.0.0.1:" + layout.gcsPort(), "--temp-dir=/tmp/sd-1/n1")
                .contains("--include-log-monitor=false")
                .noneMatch(arg -> arg.startsWith("--dashboard-host"));
        assertThat(layout.nodes().get(0).ports())
                .doesNotContainAnyElementsOf(layout.nodes().get(1).ports());
    }

    @Test
    void realGpusAreDividedBetweenNodes() {
        RayLayout layout =
                RayLayout.choose(scenario(2, NO_SUCH), Path.of("/tmp/sd-1"), NodeAddress.LOOPBACK);
        assertThat(commands(layout, true).nodeEnv(layout.nodes().get(1)))
                .containsEntry("CUDA_VISIBLE_DEVICES", "2,3")
                .containsEntry("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
        assertThat(commands(layout, false).nodeEnv(layout.nodes().get(1)))
                .doesNotContainKey("CUDA_VISIBLE_DEVICES");
    }

    @Test
    void planStartsAndWritesNothing() {
        LocalProvider provider =
                new LocalProvider(scenario(2, NO_SUCH), "id", folder.resolve("run"));
        ProviderPlan plan =
                provider.plan(
                        site ->
                                new EngineCommand(
                                        List.of(
                                                "vllm",
                                                "serve",
                                                "it's",
                                                "--port",
                                                "" + site.port()),
                                        Map.of("A", "b")));
        assertThat(plan.up()).first().asString().startsWith("unshare ");
        assertThat(plan.up().stream().filter(line -> line.contains("ray start"))).hasSize(2);
        assertThat(plan.engine())
                .first()
                .asString()
                .startsWith("A=b vllm serve 'it'\\''s' --port ");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void downWithoutUpEndsNothing() {
        LocalProvider provider =
                new LocalProvider(scenario(1, NO_SUCH), "id", folder.resolve("run"));
        provider.down();
        provider.collectLogs(folder.resolve("logs"));
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void prepareWithAMissingPythonSaysWhatToName() {
        LocalProvider provider =
                new LocalProvider(scenario(1, NO_SUCH), "id", folder.resolve("run"));
        assertThatThrownBy(() -> provider.prepare(true, Progress.SILENT))
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining("/no/such");
    }

    @Test
    void coreListsAreReadAsTasksetReadsThem() {
        assertThat(CpuList.parse("0-2,6").orElseThrow().cores()).containsExactly(0, 1, 2, 6);
        assertThat(CpuList.parse("3-1")).isEmpty();
        assertThat(CpuList.parse("a")).isEmpty();
        assertThat(CpuList.parse("1-2-3")).isEmpty();
    }

    private static RayCommands commands(RayLayout layout, boolean physical) {
        PythonEnvironment python =
                new PythonEnvironment("x", Path.of("/venv/bin"), "", "", "", "", false);
        return new RayCommands(scenario(2, NO_SUCH), layout, python, physical);
    }

    private List<Check> checks(LocalSpec local) {
        return new LocalPreflight(scenario(1, local), environments(), List.of()).all();
    }

    private PythonEnvironments environments() {
        return new PythonEnvironments(folder.resolve("cache"), List.of("no-such-python"));
    }

    private static Check named(String name, List<Check> checks) {
        return checks.stream().filter(check -> check.name().equals(name)).findFirst().orElseThrow();
    }

    private static Scenario scenario(int nodes, LocalSpec local) {
        return LocalScenarios.of(nodes, 2, local, EngineSpec.Executor.RAY);
    }
}
