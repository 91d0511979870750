package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.cluster.process.ProcessTree;
import dev.shakedown.harness.cluster.ssh.SshRayCommands.Node;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SshSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The commands of a run over ssh, for a shell on this machine. A plan looks at no host: its first
 * lines ask each for its address and interface, and the later ones use the answers.
 */
final class SshPlan {
    private static final String RUN = "plan";
    private static final String FOLDER = SshFolder.BASE + "/sd-plan";

    /** For {@code env}: as in {@code host.py}, what ssh and Slurm say is not for Ray's jobs. */
    private static final String BUT_OF_LAUNCHERS =
            "$(env | grep -oE '^(SSH|SLURM|SRUN|SBATCH|SALLOC|PMI)[A-Z_]*' | sed 's/^/-u /') ";

    /** What vLLM's workers leave when they are killed, while they can be seen to hold it. */
    private static final String MEMORY_OF_ENGINE =
            "M=$(for p in /proc/[0-9]*; do ls -l $p/fd 2>/dev/null | grep -q ' %s/' && cat $p/maps; done 2>/dev/null | grep -o '/dev/shm/psm_[0-9a-f]*' | sort -u); "
                    .formatted(FOLDER);

    private final Scenario scenario;
    private final SshSpec spec;
    private final RayPorts ports;
    private final List<SshHost> hosts;
    private final SshRayCommands commands;
    private final Optional<Containers> containers;
    private final Optional<Srun> srun;

    SshPlan(Scenario scenario, SshSpec spec, RayPorts ports, Optional<Containers> containers) {
        this.scenario = scenario;
        this.spec = spec;
        this.ports = ports;
        this.containers = containers;
        this.hosts = SshHost.of(spec);
        this.srun =
                hosts.stream()
                        .map(SshHost::launcher)
                        .filter(Srun.class::isInstance)
                        .map(Srun.class::cast)
                        .findFirst();
        this.commands = new SshRayCommands(scenario, ports, FOLDER, address(0));
    }

    /** The engine runs as a Ray job, one for each of its sites. */
    ProviderPlan of(Function<EngineSite, EngineCommand> command, String model) {
        List<String> up = new ArrayList<>();
        srun.map(Srun::function).ifPresent(up::add);
        up.add(
                "set +H; TOKEN=$(mktemp); head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \\n' > $TOKEN");
        for (int i = 0; i < hosts.size(); i++) {
            up.addAll(addresses(i));
        }
        up.add(
                "export RAY_AUTH_MODE=token RAY_AUTH_TOKEN_PATH=$TOKEN RAY_API_SERVER_ADDRESS="
                        + commands.dashboard());
        for (int i = 0; i < hosts.size(); i++) {
            up.add(
                    on(
                            i,
                            made()
                                    + "umask 077; mkdir -p %s/out %s/tmp; cat > %s"
                                            .formatted(FOLDER, FOLDER, commands.token()),
                            " < $TOKEN"));
            // What a step leaves running would end with it.
            up.add(
                    srun.isPresent()
                            ? on(i, start(node(i)) + "; wait") + " &"
                            : on(i, start(node(i))));
            // A worker that comes before the head's own raylet gives up after some seconds.
            up.add(alive(i == 0 ? 1 : i + 1));
        }
        return new ProviderPlan(up, engine(command, model), down());
    }

    private List<String> engine(Function<EngineSite, EngineCommand> command, String model) {
        if (scenario.engine().isEmpty()) {
            return List.of();
        }
        List<String> addresses =
                IntStream.range(0, hosts.size()).mapToObj(SshPlan::address).toList();
        List<EngineSite> sites = SshSites.of(scenario, ports, addresses, model, !physicalGpus());
        List<String> lines = new ArrayList<>();
        lines.add(
                "# needs %s on every host; run --stop-after ModelReady sees to it"
                        .formatted(model));
        for (EngineSite site : sites) {
            lines.add(submit(command.apply(site), address(site.group().rank())));
        }
        lines.add(
                ProviderPlan.until(
                        "curl -fsS http://%s:%d/health".formatted(address(0), ports.vllm())));
        return lines;
    }

    /** The command comes first: {@code apply} also tells the plan which endpoint to load. */
    private static String submit(EngineCommand engine, String address) {
        List<String> argv = new ArrayList<>(List.of("env"));
        engine.env().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> argv.add(entry.getKey() + "=" + entry.getValue()));
        argv.addAll(engine.argv());
        return "ray job submit --no-wait --entrypoint-resources '{\"node:'%s'\": 0.001}' -- %s"
                .formatted(address, expanded(ShellWords.line(Map.of(), argv)));
    }

    private List<String> down() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < hosts.size(); i++) {
            int node = i;
            lines.add(
                    on(
                            i,
                            containers
                                    .map(all -> all.end(all.named(RUN, node), FOLDER))
                                    .orElse(
                                            MEMORY_OF_ENGINE
                                                    + "for s in TERM KILL; do kill -s $s -- -$(cat %s/ray.pid); sleep 3; done; rm -rf %s $M"
                                                            .formatted(FOLDER, FOLDER))));
        }
        lines.add("rm -f $TOKEN");
        return lines;
    }

    /** {@code A1} and {@code I1}: a host's own address and the interface it lies on. */
    private List<String> addresses(int i) {
        String peer = hosts.get(i == 0 ? hosts.size() - 1 : 0).address().orElse("");
        String look =
                spec.networkInterface()
                        .map("ip -4 -o address show dev %s"::formatted)
                        .orElse(
                                "ip -4 -o route get $(getent ahostsv4 %s | awk '{ print $1; exit }')"
                                        .formatted(ShellWords.quote(peer)));
        String number = String.valueOf(i + 1);
        return List.of(
                "R=$(%s); A%s=$(sed -En 's/.*(src|inet) ([0-9.]+).*/\\2/p' <<< \"$R\"); I%s=$(sed -En 's/.*dev ([^ ]+).*|^[0-9]+: ([^ ]+).*/\\1\\2/p' <<< \"$R\")"
                        .formatted(on(i, look), number, number));
    }

    private Node node(int i) {
        return new Node(
                hosts.get(i).name(),
                i,
                new HostFacts.Route("$I" + (i + 1), address(i)),
                SshNodes.gpus(spec, scenario.cluster().gpusPerNode()),
                physicalGpus());
    }

    private String start(Node node) {
        if (containers.isPresent()) {
            return inContainer(containers.get(), node);
        }
        String path = spec.python().contains("/") ? "PATH=" + bin() + ":$PATH " : "";
        return "cd %s; %ssetsid nohup env %s%s > out/ray-start.log 2>&1 < /dev/null & echo $! > %s/ray.pid"
                .formatted(
                        FOLDER,
                        path,
                        BUT_OF_LAUNCHERS,
                        ShellWords.line(commands.env(node), commands.start(node)),
                        FOLDER);
    }

    /** Paths that can be mounted need no quotes. */
    private String made() {
        return containers
                .map(Containers::made)
                .filter(folders -> !folders.isEmpty())
                .map(folders -> "mkdir -p " + String.join(" ", folders) + "; ")
                .orElse("");
    }

    private String inContainer(Containers all, Node node) {
        Map<String, String> env = new TreeMap<>(commands.env(node));
        env.put(ProcessTree.MARKER, RUN);
        List<String> argv = all.node(RUN, FOLDER, node, commands.env(node), commands.start(node));
        return "cd %s; setsid nohup env %s > out/ray-start.log 2>&1 < /dev/null &"
                .formatted(FOLDER, ShellWords.line(Containers.around(env), argv));
    }

    /** The generated model is for trying the chain where there may be no GPU. */
    private boolean physicalGpus() {
        return !spec.gpus().isEmpty()
                || scenario.engine()
                        .map(engine -> !engine.model().equals(EngineSpec.BUILTIN_TINY))
                        .orElse(true);
    }

    private String bin() {
        return spec.python().matches(".*/python[0-9.]*")
                ? spec.python().replaceFirst("/[^/]*$", "")
                : spec.python() + "/bin";
    }

    private String alive(int nodes) {
        return ProviderPlan.until(
                "[ \"$(printf 'header = \"Authorization: Bearer %%s\"' \"$(cat $TOKEN)\" | curl -fsS %s/api/v0/nodes -K - | grep -o '\"ALIVE\"' | wc -l)\" = %d ]"
                        .formatted(commands.dashboard(), nodes));
    }

    private String on(int i, String command) {
        // srun takes what it can read, and that would be the lines of the plan.
        return on(i, command, srun.isPresent() ? " < /dev/null" : "");
    }

    /** The shell here puts the hosts' addresses in, and leaves everything else to the host's. */
    private String on(int i, String command, String input) {
        String quoted =
                command.replaceAll("([\\\\\"`])", "\\\\$1")
                        .replaceAll("\\$(?![AI][0-9])", "\\\\\\$");
        List<String> reach =
                srun.isPresent() ? List.of("step", hosts.get(i).name()) : hosts.get(i).argv();
        return ShellWords.line(Map.of(), reach) + " \"" + quoted + "\"" + input;
    }

    private static String address(int i) {
        return "$A" + (i + 1);
    }

    /** Takes off the quotes that would keep the shell here from putting an address in. */
    private static String expanded(String line) {
        return line.replaceAll("'(\\$[AI][0-9]+)'", "$1");
    }
}
