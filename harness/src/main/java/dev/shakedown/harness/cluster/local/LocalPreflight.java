package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.LocalSpec;
import dev.shakedown.harness.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Whether this machine can hold the scenario's cluster. Starts and changes nothing. */
final class LocalPreflight {
    private static final double SHM_GB = 1.0;
    private static final long OPEN_FILES = 65_536;

    private final Scenario scenario;
    private final PythonEnvironments environments;
    private final List<NvidiaGpu> gpus;

    LocalPreflight(Scenario scenario, PythonEnvironments environments, List<NvidiaGpu> gpus) {
        this.scenario = scenario;
        this.environments = environments;
        this.gpus = gpus;
    }

    List<Check> all() {
        List<Check> checks = new ArrayList<>();
        checks.add(tools());
        checks.add(python());
        checks.add(gpus());
        scenario.local().cpus().ifPresent(cpus -> checks.add(cores(cpus)));
        scenario.local().headPort().ifPresent(port -> checks.add(headPort(port)));
        checks.add(network());
        checks.add(sharedMemory());
        checks.add(openFiles());
        checks.add(disk());
        checks.add(temporaryFolder());
        return checks;
    }

    private Check tools() {
        List<String> needed = new ArrayList<>(List.of("setsid"));
        if (scenario.local().cpus().isPresent()) {
            needed.add("taskset");
        }
        List<String> missing = needed.stream().filter(tool -> !onPath(tool)).toList();
        return missing.isEmpty()
                ? ok("tools", String.join(", ", needed))
                : fail("tools", "not on PATH: " + missing, "install the package util-linux");
    }

    private Check python() {
        String python = scenario.local().python();
        if (python.equals(LocalSpec.MANAGED) && gpus.isEmpty()) {
            return fail(
                    "python",
                    "local.python is managed, which needs an NVIDIA driver; nvidia-smi finds no GPU",
                    "local.python: managed-cpu (functional tests without a GPU), or the path of a"
                            + " Python that has ray and vllm");
        }
        if (!environments.isMade(python)) {
            return environments
                    .basePython()
                    .map(base -> ok("python", python + " will be made from " + base))
                    .orElse(
                            fail(
                                    "python",
                                    "no Python 3.11 to 3.14 on PATH",
                                    "install one, or name a Python with ray and vllm"));
        }
        try {
            PythonEnvironment found = environments.provide(python, Progress.SILENT);
            return new Check(
                    "python",
                    found.thirdParty() ? Verdict.WARN : Verdict.OK,
                    "%s (ray %s, vllm %s, Python %s)"
                            .formatted(found.label(), found.ray(), found.vllm(), found.python()),
                    "");
        } catch (StepFailedException e) {
            return fail("python", String.valueOf(e.getMessage()), e.next());
        }
    }

    private Check gpus() {
        int wanted = scenario.cluster().gpus();
        if (gpus.isEmpty()) {
            return new Check(
                    "gpus",
                    Verdict.WARN,
                    "no NVIDIA driver: the %d GPUs are logical, all work is done by CPU cores"
                            .formatted(wanted),
                    "");
        }
        if (gpus.size() < wanted) {
            return fail(
                    "gpus",
                    "%d x %d = %d GPUs wanted, this machine has %d"
                            .formatted(
                                    scenario.cluster().nodes(),
                                    scenario.cluster().gpusPerNode(),
                                    wanted,
                                    gpus.size()),
                    "lower cluster.gpusPerNode");
        }
        return ok("gpus", "%d x %s".formatted(gpus.size(), gpus.getFirst().name()));
    }

    private Check cores(String cpus) {
        Optional<CpuList> wanted = CpuList.parse(cpus);
        Optional<CpuList> online = allowedCores();
        if (wanted.isEmpty()) {
            return fail("cores", "local.cpus is no list of cores: " + cpus, "write it as 0-3,6");
        }
        if (online.isEmpty()) {
            return new Check("cores", Verdict.SKIPPED, "cannot read which cores there are", "");
        }
        SortedSet<Integer> missing = new TreeSet<>(wanted.get().cores());
        missing.removeAll(online.get().cores());
        return missing.isEmpty()
                ? ok("cores", cpus)
                : fail("cores", "not usable here: " + missing, "usable: " + online.get().cores());
    }

    private static Optional<CpuList> allowedCores() {
        return statusLine(Path.of("/proc/self/status"), "Cpus_allowed_list:")
                .flatMap(CpuList::parse);
    }

    private static Check headPort(int port) {
        if (Ports.isFree(port)) {
            return ok("head port", Integer.toString(port));
        }
        String holder = PortHolder.of(port).orElse("by a process that this user may not see");
        return fail(
                "head port",
                "local.headPort %d is in use: %s".formatted(port, holder),
                "leave local.headPort out (a free one is taken), or end that process");
    }

    private Check network() {
        if (!LocalProvider.needsNamespace(scenario)) {
            NodeAddress address = NodeAddress.ofThisMachine();
            return ok("network", address.ip() + " on " + address.networkInterface());
        }
        return NodeAddress.onlyLoopback()
                ? ok(
                        "network",
                        "a namespace with only lo, for " + scenario.cluster().nodes() + " nodes")
                : fail(
                        "network",
                        "several nodes on one machine need a network namespace with only lo",
                        "shakedown run makes it; by hand: unshare -rn");
    }

    private static Check sharedMemory() {
        try {
            Path shm = Path.of("/dev/shm");
            double free = Folders.freeGb(shm);
            String detail = "/dev/shm has %.1f GB free".formatted(free);
            return free >= SHM_GB
                    ? ok("shared memory", detail)
                    : new Check(
                            "shared memory",
                            Verdict.WARN,
                            detail + "; ranks and Ray's object store live there",
                            "in a container: --shm-size=8g");
        } catch (IOException e) {
            return new Check("shared memory", Verdict.SKIPPED, String.valueOf(e.getMessage()), "");
        }
    }

    private static Check openFiles() {
        return statusLine(Path.of("/proc/self/limits"), "Max open files")
                .map(line -> line.split("\\s+", -1)[0])
                .filter(soft -> !soft.equals("unlimited") && Long.parseLong(soft) < OPEN_FILES)
                .map(
                        soft ->
                                new Check(
                                        "open files",
                                        Verdict.WARN,
                                        "ulimit -n is " + soft + ", Ray wants " + OPEN_FILES,
                                        "ulimit -n " + OPEN_FILES))
                .orElse(ok("open files", "at least " + OPEN_FILES));
    }

    private Check disk() {
        boolean made = environments.isMade(scenario.local().python());
        double needed = made ? 1.0 : EnvironmentBuild.NEEDED_GB;
        try {
            double free = Folders.freeGb(environments.cache());
            String detail = "%.1f GB free in %s".formatted(free, environments.cache());
            return free >= needed
                    ? ok("disk", detail)
                    : fail(
                            "disk",
                            detail + ", %.0f GB needed".formatted(needed),
                            "free some, or set SHAKEDOWN_CACHE to a folder on a larger disk");
        } catch (IOException e) {
            return new Check("disk", Verdict.SKIPPED, String.valueOf(e.getMessage()), "");
        }
    }

    private static Check temporaryFolder() {
        Path base = RunFolder.base();
        boolean fits = base.resolve("sd-000000").toString().length() <= RunFolder.LONGEST_PATH;
        if (!fits || !Files.isWritable(base)) {
            return fail(
                    "temporary folder",
                    base + " is not writable or too long for Ray's sockets",
                    "set TMPDIR to a writable folder of at most 15 characters");
        }
        return ok("temporary folder", base.toString());
    }

    private static Optional<String> statusLine(Path file, String key) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.length()).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static boolean onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static Check ok(String name, String detail) {
        return new Check(name, Verdict.OK, detail, "");
    }

    private static Check fail(String name, String detail, String next) {
        return new Check(name, Verdict.FAILED, detail, next);
    }
}
