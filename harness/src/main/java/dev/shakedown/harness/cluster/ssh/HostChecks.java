package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.scenario.ContainerSpec;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SshSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** Whether one host can hold its node of the cluster, by what a look at it showed. */
final class HostChecks {
    private static final long OPEN_FILES = 65_536;
    private static final double GIB = 1L << 30;
    private static final double SHM_PER_EIGHT_GPUS_GIB = 10;
    private static final double DISK_GIB = 2;
    private static final double MAX_CLOCK_OFFSET_SECONDS = 1;

    private final Scenario scenario;
    private final SshSpec spec;
    private final HostFacts facts;
    private final List<Check> checks = new ArrayList<>();

    HostChecks(Scenario scenario, SshSpec spec, HostFacts facts) {
        this.scenario = scenario;
        this.spec = spec;
        this.facts = facts;
    }

    List<Check> all() {
        clock();
        python();
        network();
        name();
        ports();
        checks.addAll(new GpuChecks(scenario, spec, facts).all());
        limits();
        space();
        infiniband();
        proxies();
        return List.copyOf(checks);
    }

    private void clock() {
        double offset = facts.clockOffset().toNanos() / 1e9;
        String detail = "%+.3f s from this machine's".formatted(offset);
        add(
                Math.abs(offset) <= MAX_CLOCK_OFFSET_SECONDS ? Verdict.OK : Verdict.FAILED,
                "clock",
                detail,
                "start chrony or ntpd on the host: logs of several hosts cannot be put in order");
    }

    private void python() {
        if (spec.container().isPresent() && !image(spec.container().get())) {
            return;
        }
        if (!facts.flag("python.there")) {
            add(
                    Verdict.FAILED,
                    "python",
                    "there is no " + facts.text("python.path"),
                    "set ssh.python to a Python (or its environment's folder) with ray and vllm");
            return;
        }
        Map<String, String> versions = facts.versions();
        List<String> needed =
                scenario.engine().isPresent() ? List.of("ray", "vllm") : List.of("ray");
        List<String> missing = needed.stream().filter(name -> !versions.containsKey(name)).toList();
        add(
                missing.isEmpty() ? Verdict.OK : Verdict.FAILED,
                "python",
                missing.isEmpty()
                        ? "ray %s, vllm %s, Python %s"
                                .formatted(
                                        versions.get("ray"),
                                        versions.getOrDefault("vllm", "-"),
                                        versions.getOrDefault("python", "?"))
                        : "%s has no %s%s"
                                .formatted(
                                        facts.text("python.path"),
                                        String.join(", no ", missing),
                                        facts.optional("python.error")
                                                .map(error -> ": " + error)
                                                .orElse("")),
                spec.container().isPresent()
                        ? "use an image that has them"
                        : "set ssh.python to a Python (or its environment's folder) that has them");
    }

    /** Whether it can run; then it may still lack what a Python may lack. */
    private boolean image(ContainerSpec container) {
        ContainerChecks image = new ContainerChecks(spec, container, facts);
        Optional<Check> wrong = image.wrong();
        checks.add(wrong.orElseGet(image::ok));
        return wrong.isEmpty();
    }

    private void network() {
        Optional<HostFacts.Route> route = SshNodes.route(spec, facts);
        if (route.isPresent()) {
            HostFacts.Route way = route.get();
            String state = facts.text("interfaces." + way.networkInterface() + ".state");
            OptionalLong mtu = facts.number("interfaces." + way.networkInterface() + ".mtu");
            add(
                    state.equals("down") ? Verdict.FAILED : Verdict.OK,
                    "network",
                    "%s on %s, MTU %s%s"
                            .formatted(
                                    way.address(),
                                    way.networkInterface(),
                                    mtu.isPresent() ? mtu.getAsLong() : "?",
                                    state.equals("down") ? ", link down" : ""),
                    "ip link set " + way.networkInterface() + " up");
            return;
        }
        add(
                Verdict.FAILED,
                "network",
                spec.networkInterface()
                        .map("no interface %s with an IPv4 address"::formatted)
                        .orElse("no IPv4 way to the other hosts"),
                "set ssh.interface to one of " + facts.texts("interfaces").keySet());
    }

    private void name() {
        List<String> addresses =
                facts.rows("hostnameAddresses").stream().map(row -> row.asString("")).toList();
        boolean loopback = addresses.stream().anyMatch(address -> address.startsWith("127."));
        add(
                loopback && scenario.cluster().nodes() > 1 ? Verdict.FAILED : Verdict.OK,
                "host name",
                loopback
                        ? facts.text("hostname") + " resolves to " + String.join(", ", addresses)
                        : facts.text("hostname"),
                "give the name its outward address in the host's /etc/hosts: Gloo and NCCL use it");
    }

    private void ports() {
        Map<String, String> taken = facts.texts("taken");
        if (taken.isEmpty()) {
            add(Verdict.OK, "ports", "Ray's are free", "");
        }
        taken.forEach(
                (port, holder) ->
                        add(
                                Verdict.FAILED,
                                "port " + port,
                                "in use by " + holder,
                                "end it, or set ssh.portBase to the first of 2000 free ports"));
    }

    private void limits() {
        if (spec.container().isPresent()) {
            limitsOfContainer();
            return;
        }
        OptionalLong files = facts.number("nofile");
        boolean few = files.isPresent() && files.getAsLong() < OPEN_FILES;
        add(
                few ? tooLittle() : Verdict.OK,
                "open files",
                few ? "ulimit -n is " + files.getAsLong() + ", Ray needs " + OPEN_FILES : "enough",
                "raise nofile in /etc/security/limits.d, and log in again");
        if (!facts.rows("infiniband").isEmpty()) {
            memlock(facts.number("memlock"), "ulimit -l is %d KiB, InfiniBand registers more");
        }
    }

    /** A daemon of root sets what a container asks for; a user's cannot go over the user's own. */
    private void limitsOfContainer() {
        if (!facts.flag("python.rootless")) {
            return;
        }
        OptionalLong files = facts.number("nofileAtMost");
        boolean few = files.isPresent() && files.getAsLong() < OPEN_FILES;
        add(
                few ? Verdict.FAILED : Verdict.OK,
                "open files",
                few
                        ? "ulimit -Hn is %d, too few for the container".formatted(files.getAsLong())
                        : "enough",
                "raise nofile in /etc/security/limits.d, and log in again");
        memlock(
                facts.number("memlockAtMost"),
                "ulimit -Hl is %d KiB, and a rootless container cannot have more");
    }

    private void memlock(OptionalLong most, String why) {
        add(
                most.isPresent() ? Verdict.FAILED : Verdict.OK,
                "memlock",
                most.isPresent() ? why.formatted(most.getAsLong() / 1024) : "unlimited",
                "set memlock to unlimited in /etc/security/limits.d, and log in again");
    }

    private void space() {
        double shm = sharedMemoryGib();
        double needed = SHM_PER_EIGHT_GPUS_GIB * scenario.cluster().gpusPerNode() / 8;
        add(
                shm >= needed ? Verdict.OK : tooLittle(),
                "shared memory",
                "/dev/shm has %.1f GiB, %.1f wanted".formatted(shm, needed),
                spec.container().isPresent()
                        ? "raise ssh.container.shmSize"
                        : "mount -o remount,size=%.0fG /dev/shm".formatted(Math.ceil(needed)));
        double disk = facts.number("disk.free").orElse(0) / GIB;
        boolean writable = facts.flag("disk.writable");
        add(
                disk >= DISK_GIB && writable ? Verdict.OK : Verdict.FAILED,
                "disk",
                writable
                        ? "%.1f GiB free for Ray's session".formatted(disk)
                        : "/tmp cannot be written by " + facts.text("user"),
                "free some: Ray keeps logs and spilled objects there");
    }

    /** A container has its own. */
    private double sharedMemoryGib() {
        return spec.container()
                .map(container -> Containers.shmGib(container, scenario.cluster().gpusPerNode()))
                .orElseGet(() -> facts.number("shm.total").orElse(0) / GIB);
    }

    /** Logical GPUs hold no model and serve nobody: less will do. */
    private Verdict tooLittle() {
        return facts.gpus().isEmpty() ? Verdict.WARN : Verdict.FAILED;
    }

    private void infiniband() {
        for (JsonNode port : facts.rows("infiniband")) {
            String device = port.path("device").asString("");
            if (!port.path("state").asString("").contains("ACTIVE")) {
                add(
                        Verdict.WARN,
                        device,
                        "link is " + port.path("state").asString("?"),
                        "ibstat " + device + " on the host; cable, switch port");
            }
            if (port.path("gidTypes").size() > 1) {
                add(
                        Verdict.WARN,
                        device,
                        "mixed RoCE GID types " + port.path("gidTypes"),
                        "with NCCL before 2.21 set NCCL_IB_GID_INDEX to one of RoCE v2");
            }
        }
        if (!facts.rows("infiniband").isEmpty()
                && !facts.gpus().isEmpty()
                && !facts.flag("peermem")
                && !facts.flag("openDriver")) {
            add(
                    Verdict.WARN,
                    "GPU direct",
                    "neither nvidia_peermem nor the open driver (dma-buf) is loaded",
                    "sudo modprobe nvidia_peermem");
        }
    }

    private void proxies() {
        Map<String, String> proxies = facts.texts("proxies");
        String exempt = proxies.getOrDefault("no_proxy", "");
        boolean proxied = proxies.keySet().stream().anyMatch(name -> !name.equals("no_proxy"));
        NoProxy noProxy = new NoProxy(exempt);
        List<String> through =
                facts.clusterAddresses().stream().filter(at -> !noProxy.exempts(at)).toList();
        if (proxied && !through.isEmpty()) {
            add(
                    Verdict.FAILED,
                    "proxy",
                    "a proxy is set, and no_proxy does not name " + String.join(", ", through),
                    "add the addresses of all hosts to no_proxy: gRPC would go through the proxy");
        }
    }

    private void add(Verdict verdict, String name, String detail, String next) {
        checks.add(
                new Check(
                        name,
                        verdict,
                        verdict == Verdict.OK ? detail : facts.host() + ": " + detail,
                        verdict == Verdict.OK ? "" : next));
    }
}
