package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.scenario.Scenario;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** The commands of a local run, to be pasted into a shell; ports are free at the time of asking. */
final class LocalPlan {
    private static final String FOLDER = "sd-plan";

    private final Scenario scenario;
    private final PythonEnvironments environments;
    private final boolean physicalGpus;

    LocalPlan(Scenario scenario, PythonEnvironments environments, boolean physicalGpus) {
        this.scenario = scenario;
        this.environments = environments;
        this.physicalGpus = physicalGpus;
    }

    /**
     * @param engine the engine's command for a port
     */
    ProviderPlan of(IntFunction<EngineCommand> engine) {
        boolean namespace = LocalProvider.needsNamespace(scenario);
        Path folder = RunFolder.base().resolve(FOLDER);
        NodeAddress address = namespace ? NodeAddress.LOOPBACK : NodeAddress.ofThisMachine();
        RayLayout layout = RayLayout.choose(scenario, folder, address);
        RayCommands commands = new RayCommands(scenario, layout, environment(), physicalGpus);
        List<String> up = new ArrayList<>();
        if (namespace) {
            up.add(ShellWords.line(Map.of(), NetNamespace.unshare(List.of("bash"))));
        }
        up.addAll(ray(commands));
        return new ProviderPlan(
                up,
                scenario.engine().isPresent() ? engine(commands, engine) : List.of(),
                List.of(ShellWords.END_JOBS, "rm -rf " + folder));
    }

    private static List<String> ray(RayCommands commands) {
        RayLayout layout = commands.layout();
        List<String> lines = new ArrayList<>();
        lines.add(
                "(umask 077; mkdir -p %s; head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \\n' > %s)"
                        .formatted(layout.folder(), layout.token()));
        Map<String, String> site = commands.siteEnv();
        lines.add(ShellWords.export(site));
        lines.add("export RAY_API_SERVER_ADDRESS=" + layout.dashboard());
        String nodes =
                ShellWords.withBearer(
                        layout.token(), "curl -fsS " + layout.dashboard() + "/api/v0/nodes");
        for (PlannedNode node : layout.nodes()) {
            lines.add(
                    ShellWords.background(
                            added(site, commands.nodeEnv(node)), commands.start(node)));
            // A worker that comes before the head's own raylet gives up after some seconds.
            lines.add(
                    ProviderPlan.until(
                            "[ \"$(%s | grep -o '\"ALIVE\"' | wc -l)\" = %d ]"
                                    .formatted(nodes, node.index() + 1)));
        }
        lines.add(nodes);
        return lines;
    }

    private static List<String> engine(RayCommands commands, IntFunction<EngineCommand> engine) {
        int port = Ports.free(1).getFirst();
        EngineCommand command = engine.apply(port);
        List<String> argv = new ArrayList<>(commands.onCpus());
        argv.addAll(command.argv());
        return List.of(
                ShellWords.background(added(commands.siteEnv(), command.env()), argv),
                ProviderPlan.until("curl -fsS http://127.0.0.1:%d/health".formatted(port)));
    }

    /** What is not exported already. */
    private static Map<String, String> added(Map<String, String> site, Map<String, String> env) {
        Map<String, String> more = new HashMap<>(env);
        more.entrySet().removeAll(site.entrySet());
        return more;
    }

    private PythonEnvironment environment() {
        Path bin = environments.bin(scenario.local().python());
        return new PythonEnvironment(bin.toString(), bin, "", "", "", "", false);
    }
}
