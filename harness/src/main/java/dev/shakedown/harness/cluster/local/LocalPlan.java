package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.EngineCommand;
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
    List<String> lines(IntFunction<EngineCommand> engine) {
        List<String> lines = new ArrayList<>();
        boolean namespace = LocalProvider.needsNamespace(scenario);
        if (namespace) {
            lines.add(ShellWords.line(Map.of(), NetNamespace.unshare(List.of("bash"))));
        }
        Path folder = RunFolder.base().resolve(FOLDER);
        NodeAddress address = namespace ? NodeAddress.LOOPBACK : NodeAddress.ofThisMachine();
        RayLayout layout = RayLayout.choose(scenario, folder, address);
        RayCommands commands = new RayCommands(scenario, layout, environment(), physicalGpus);
        lines.add(
                "(umask 077; mkdir -p %s; head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \\n' > %s)"
                        .formatted(folder, layout.token()));
        Map<String, String> site = commands.siteEnv();
        lines.add(ShellWords.export(site));
        for (PlannedNode node : layout.nodes()) {
            lines.add(background(added(site, commands.nodeEnv(node)), commands.start(node)));
        }
        lines.add(
                ShellWords.withBearer(
                        layout.token(), "curl -fsS " + layout.dashboard() + "/api/v0/nodes"));
        if (scenario.engine().isPresent()) {
            EngineCommand command = engine.apply(Ports.free(1).getFirst());
            List<String> argv = new ArrayList<>(commands.onCpus());
            argv.addAll(command.argv());
            lines.add(background(added(site, command.env()), argv));
        }
        return lines;
    }

    /** What is not exported already. */
    private static Map<String, String> added(Map<String, String> site, Map<String, String> env) {
        Map<String, String> more = new HashMap<>(env);
        more.entrySet().removeAll(site.entrySet());
        return more;
    }

    private static String background(Map<String, String> env, List<String> argv) {
        return ShellWords.line(env, argv) + " &";
    }

    private PythonEnvironment environment() {
        Path bin = environments.bin(scenario.local().python());
        return new PythonEnvironment(bin.toString(), bin, "", "", "", "", false);
    }
}
