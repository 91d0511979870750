package dev.shakedown.harness.cluster.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SshSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the user is told to type; {@code -Dgolden.update=true} rewrites it. */
class SshPlanTest {
    private static final Path GOLDEN =
            Path.of("src/test/resources/dev/shakedown/harness/cluster/ssh/plan.txt");

    @TempDir private Path folder;

    @Test
    void isWhatTheGoldenFileSays() throws IOException {
        List<String> lines = new ArrayList<>(lines(SshScenarios.serving(folder)));
        lines.add("");
        lines.addAll(lines(SshScenarios.withoutRaysExecutor(folder)));
        lines.add("");
        lines.addAll(lines(SshScenarios.inContainers(folder)));
        lines.add("");
        lines.addAll(lines(SshScenarios.bySteps(folder)));

        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(GOLDEN.getParent());
            Files.write(GOLDEN, lines);
        }
        assertThat(lines).isEqualTo(Files.readAllLines(GOLDEN));
    }

    @Test
    void oneProcessOnEachHostWithoutRaysExecutor() throws IOException {
        List<String> engines =
                plan(SshScenarios.withoutRaysExecutor(folder)).engine().stream()
                        .filter(line -> line.startsWith("ray job submit"))
                        .toList();

        assertThat(engines).hasSize(2);
        assertThat(engines.get(0)).contains("\"node:'$A1'\"");
        assertThat(engines.get(1)).contains("\"node:'$A2'\"", "rank1");
    }

    @Test
    void podmanNamesGpusInItsOwnWayAndNoValueIsAnArgument() throws IOException {
        List<String> starts =
                plan(SshScenarios.inContainers(folder, "podman")).up().stream()
                        .filter(line -> line.contains("podman run"))
                        .toList();

        assertThat(starts).hasSize(2);
        assertThat(starts).allMatch(line -> line.contains(" --device=nvidia.com/gpu=all "));
        assertThat(starts)
                .allSatisfy(
                        line ->
                                assertThat(line.substring(line.indexOf("podman run")))
                                        .contains(" --env=A ")
                                        .doesNotContain("it's"));
    }

    private static List<String> lines(Scenario scenario) {
        ProviderPlan plan = plan(scenario);
        List<String> lines = new ArrayList<>(plan.up());
        lines.addAll(plan.engine());
        lines.addAll(plan.down());
        return lines;
    }

    private static ProviderPlan plan(Scenario scenario) {
        SshSpec spec = (SshSpec) scenario.provider();
        return new SshPlan(
                        scenario,
                        spec,
                        RayPorts.of(spec.portBase()),
                        Containers.of(scenario, spec, "m/m"))
                .of(SshPlanTest::command, "m/m");
    }

    private static EngineCommand command(EngineSite site) {
        return new EngineCommand(
                List.of(
                        "vllm",
                        "serve",
                        "m/m",
                        "--host",
                        site.host(),
                        "rank" + site.group().rank()),
                Map.of("A", "it's $HOME"));
    }
}
