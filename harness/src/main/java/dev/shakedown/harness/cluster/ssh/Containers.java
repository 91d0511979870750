package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.cluster.process.LedgerContainer;
import dev.shakedown.harness.cluster.process.ProcessTree;
import dev.shakedown.harness.scenario.ContainerSpec;
import dev.shakedown.harness.scenario.ContainerSpec.Mount;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SshSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The command lines of containers, as vLLM's {@code run_cluster.sh} has them: the host's network
 * and GPUs, shared memory of their own. A container stays in the foreground, so that who started it
 * has its output and sees its end. Values of variables are not among the arguments, which everybody
 * on the host can read.
 *
 * @param mounts what the scenario wants to be seen inside, each at one place
 */
record Containers(ContainerSpec spec, String shm, List<Mount> mounts) {
    /** The label that tells a run's containers from those of others. */
    static final String LABEL = "dev.shakedown.run";

    /** Where the client itself looks for its sockets, libraries and stores. */
    private static final Pattern STEERS_THE_CLIENT =
            Pattern.compile("PATH|HOME|(?:LD|XDG|DOCKER|CONTAINER|CONTAINERS)_.*");

    /** Of the host, as they reach a process without a container. */
    private static final List<String> PROXIES =
            List.of(
                    "HTTPS_PROXY",
                    "HTTP_PROXY",
                    "NO_PROXY",
                    "http_proxy",
                    "https_proxy",
                    "no_proxy");

    private static final double SHM_GIB = 10;
    private static final int GPUS_PER_SHM = 8;
    private static final int MIB_PER_GIB = 1024;

    /** Empty where the scenario's hosts need no container. */
    static Optional<Containers> of(Scenario scenario, SshSpec spec, String model) {
        int gpus = scenario.cluster().gpusPerNode();
        return spec.container()
                .map(
                        container ->
                                new Containers(
                                        container,
                                        Math.round(shmGib(container, gpus) * MIB_PER_GIB) + "m",
                                        mounts(container, scenario.engine(), model)));
    }

    static double shmGib(ContainerSpec spec, int gpus) {
        return spec.shmGib().orElse(SHM_GIB * Math.ceilDiv(gpus, GPUS_PER_SHM));
    }

    /** The user's own come first: they may say how the model is to be seen. */
    private static List<Mount> mounts(
            ContainerSpec spec, Optional<EngineSpec> engine, String model) {
        Map<String, Mount> byTarget = new LinkedHashMap<>();
        spec.mounts().forEach(mount -> byTarget.put(mount.target(), mount));
        engine.map(EngineSpec::env)
                .map(env -> env.get(EngineSpec.MODEL_CACHE))
                .map(ContainerSpec::folder)
                .ifPresent(cache -> byTarget.putIfAbsent(cache, Mount.of(cache)));
        if (model.startsWith("/")) {
            boolean given = engine.filter(one -> one.model().equals(model)).isPresent();
            byTarget.putIfAbsent(
                    ContainerSpec.folder(model),
                    given
                            ? Mount.readOnly(ContainerSpec.folder(model))
                            : Mount.of(ContainerSpec.folder(model)));
        }
        return List.copyOf(byTarget.values());
    }

    /** Folders of a host that are made where there are none: for what the run itself puts there. */
    List<String> made() {
        return mounts.stream().filter(this::isMade).map(Mount::source).toList();
    }

    /** Paths of a host without which no container starts. */
    List<String> needed() {
        List<String> needed = new ArrayList<>(spec.devices());
        mounts.stream()
                .filter(mount -> !isMade(mount))
                .forEach(mount -> needed.add(mount.source()));
        return needed;
    }

    private boolean isMade(Mount mount) {
        return !mount.readOnly() && !spec.mounts().contains(mount);
    }

    /** The container of a run on its node. */
    LedgerContainer named(String runId, int node) {
        return new LedgerContainer(
                spec.runtime().command(), "shakedown-%s-%d".formatted(runId, node), spec.image());
    }

    /**
     * Ray's node, with the run's folder.
     *
     * @param env that must arrive; the client's own is to be {@link #around} it
     */
    List<String> node(
            String runId,
            String folder,
            SshRayCommands.Node node,
            Map<String, String> env,
            List<String> command) {
        List<String> argv = new ArrayList<>(run());
        argv.add("--name=" + named(runId, node.index()).name());
        argv.add("--label=" + LABEL + "=" + runId);
        argv.add("--shm-size=" + shm);
        argv.addAll(List.of("--ulimit=memlock=-1", "--ulimit=stack=67108864"));
        argv.add("--ulimit=nofile=65536:65536");
        argv.addAll(devices(node.physicalGpus()));
        argv.add(mount(Mount.of(folder)));
        mounts.forEach(mount -> argv.add(mount(mount)));
        argv.addAll(variables(env, List.of(ProcessTree.MARKER)));
        argv.add("--entrypoint=" + command.getFirst());
        argv.add(spec.image());
        argv.addAll(command.subList(1, command.size()));
        return argv;
    }

    /**
     * The image's Python, for a short program.
     *
     * @param more variables that reach it from the client's environment, if they are set
     */
    List<String> python(Map<String, String> env, List<String> more) {
        List<String> argv = new ArrayList<>(run());
        mounts.forEach(mount -> argv.add(mount(mount)));
        argv.addAll(variables(env, more));
        argv.add("--entrypoint=python3");
        argv.add(spec.image());
        return argv;
    }

    /** The image's Python with all the host's GPUs, where a look has found some, and no mounts. */
    List<String> look(boolean gpus) {
        List<String> argv = new ArrayList<>(run());
        argv.addAll(devices(gpus));
        argv.add("--entrypoint=python3");
        argv.add(spec.image());
        return argv;
    }

    /** For a shell: ends a container, and what it left in the run's folder as its own user. */
    String end(LedgerContainer container, String folder) {
        String runtime = spec.runtime().command();
        List<String> remover =
                List.of(
                        runtime,
                        "run",
                        "--rm",
                        "--pull=never",
                        "--network=none",
                        "--security-opt=label=disable",
                        mount(Mount.of(folder)),
                        "--entrypoint=rm",
                        spec.image(),
                        "-rf");
        return "%s rm --force --volumes %s; %s %s/ray %s/tmp; rm -rf %s"
                .formatted(
                        runtime,
                        container.name(),
                        ShellWords.line(Map.of(), remover),
                        folder,
                        folder,
                        folder);
    }

    /** What the client's environment gets of a container's: the rest would lead it astray. */
    static Map<String, String> around(Map<String, String> env) {
        Map<String, String> around = new LinkedHashMap<>(env);
        around.keySet().removeIf(Containers::steersTheClient);
        return around;
    }

    private static boolean steersTheClient(String name) {
        return STEERS_THE_CLIENT.matcher(name).matches();
    }

    private List<String> run() {
        // Folders under /tmp have no label that SELinux would let a container read.
        return List.of(
                spec.runtime().command(),
                "run",
                "--rm",
                "--pull=never",
                "--network=host",
                "--security-opt=label=disable");
    }

    private List<String> devices(boolean gpus) {
        List<String> argv = new ArrayList<>();
        if (gpus) {
            argv.add(
                    spec.runtime() == ContainerSpec.Program.PODMAN
                            ? "--device=nvidia.com/gpu=all"
                            : "--gpus=all");
        }
        spec.devices().forEach(device -> argv.add("--device=" + device));
        return argv;
    }

    /** By name, so that the client takes the value from its own environment. */
    private static List<String> variables(Map<String, String> env, Collection<String> more) {
        TreeSet<String> names = new TreeSet<>(env.keySet());
        names.addAll(more);
        names.addAll(PROXIES);
        return names.stream()
                .map(name -> steersTheClient(name) ? name + "=" + env.get(name) : name)
                .map(variable -> "--env=" + variable)
                .toList();
    }

    /** Unlike {@code --volume} this makes no folder where there is none. */
    private static String mount(Mount mount) {
        return "--mount=type=bind,source=%s,target=%s%s"
                .formatted(mount.source(), mount.target(), mount.readOnly() ? ",readonly" : "");
    }
}
