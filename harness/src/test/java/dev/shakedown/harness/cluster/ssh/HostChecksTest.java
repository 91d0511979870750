package dev.shakedown.harness.cluster.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SshSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A host with two H100 and InfiniBand on which all is well, with one thing changed at a time. */
class HostChecksTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String GOOD =
            """
            {"hostname": "node-a", "hostnameAddresses": ["10.0.0.1"], "user": "bench",
             "python": {"path": "/opt/vllm/bin/python", "there": true, "python": "3.12.3", "ray": "2.60.0", "vllm": "0.32.0"},
             "gpus": [
               {"index": "0", "name": "H100", "uuid": "GPU-0", "driver_version": "570", "memory.used": "3",
                "mig.mode.current": "Disabled", "compute_mode": "Default", "ecc.errors.uncorrected.volatile.total": "0"},
               {"index": "1", "name": "H100", "uuid": "GPU-1", "driver_version": "570", "memory.used": "3",
                "mig.mode.current": "[N/A]", "compute_mode": "Default", "ecc.errors.uncorrected.volatile.total": "[N/A]"}],
             "gpuProcesses": [], "xids": [],
             "interfaces": {"eth0": {"address": "10.0.0.1", "mtu": 9000, "state": "up"}},
             "routes": {"node-b": {"to": "10.0.0.2", "address": "10.0.0.1", "interface": "eth0"}},
             "taken": {}, "shm": {"total": 64000000000}, "disk": {"free": 64000000000, "writable": true},
             "memlock": null, "nofile": 1048576, "proxies": {}, "peermem": true,
             "infiniband": [{"device": "mlx5_0", "state": "4: ACTIVE", "gidTypes": ["IB/RoCE v1"]}]}
            """;

    @TempDir private Path folder;
    private Scenario scenario;
    private SshSpec spec;
    private final ObjectNode host = (ObjectNode) JSON.readTree(GOOD);
    private Duration clockOffset = Duration.ZERO;

    @BeforeEach
    void read() throws IOException {
        scenario = SshScenarios.serving(folder);
        spec = (SshSpec) scenario.provider();
    }

    @Test
    void allIsWell() {
        assertThat(checks()).extracting(Check::verdict).containsOnly(Verdict.OK);
    }

    @Test
    void eachFailureNamesItsHostAndWhatToDo() {
        clockOffset = Duration.ofSeconds(-3);
        ((ObjectNode) host.path("python")).remove("vllm");
        host.putArray("hostnameAddresses").add("127.0.1.1");
        host.putObject("taken").put("6379", "pid 42 (eve): redis-server");
        host.put("nofile", 1024).put("memlock", 65536);
        host.putObject("shm").put("total", 64 << 20);
        host.putObject("proxies")
                .put("http_proxy", "http://proxy:3128")
                .put("no_proxy", "localhost, 10.0.0.1");

        assertThat(checks())
                .filteredOn(check -> check.verdict() == Verdict.FAILED)
                .allSatisfy(
                        check -> {
                            assertThat(check.detail()).startsWith("node-a: ");
                            assertThat(check.next()).isNotEmpty().doesNotContain("node-a");
                        })
                .extracting(Check::name)
                .containsExactly(
                        "clock",
                        "python",
                        "host name",
                        "port 6379",
                        "open files",
                        "memlock",
                        "shared memory",
                        "proxy");
    }

    @Test
    void gpuOfSomebodyElseIsRefusedWithPidAndUser() {
        host.putArray("gpuProcesses")
                .addObject()
                .put("uuid", "GPU-1")
                .put("pid", "42")
                .put("user", "eve")
                .put("command", "python train.py");

        assertThat(failed("gpu 1")).isEqualTo("node-a: used by pid 42 of eve: python train.py");
    }

    @Test
    void gpuThatIsNotWholeIsRefused() {
        ObjectNode gpu = (ObjectNode) host.path("gpus").get(0);
        for (String[] wrong :
                new String[][] {
                    {"memory.used", "2048"},
                    {"mig.mode.current", "Enabled"},
                    {"compute_mode", "Exclusive_Process"},
                    {"ecc.errors.uncorrected.volatile.total", "1"}
                }) {
            String good = gpu.path(wrong[0]).asString();
            gpu.put(wrong[0], wrong[1]);
            assertThat(failed("gpu 0")).as(wrong[0]).startsWith("node-a: ");
            gpu.put(wrong[0], good);
        }
    }

    @Test
    void withoutADriverGpusAreLogicalAndLittleMemoryIsAWarning() {
        host.putArray("gpus");
        host.put("nofile", 1024);

        assertThat(checks()).extracting(Check::verdict).doesNotContain(Verdict.FAILED);
        assertThat(checks())
                .filteredOn(check -> check.verdict() == Verdict.WARN)
                .extracting(Check::name)
                .containsExactly("gpus", "open files");
    }

    @Test
    void givenInterfaceMustBeThere() throws IOException {
        spec = (SshSpec) SshScenarios.over(folder, "ib0").provider();

        assertThat(failed("network")).contains("no interface ib0 with an IPv4 address");
    }

    @Test
    void deadLinkAndMissingGpuDirectAreWarnings() {
        host.putArray("infiniband")
                .addObject()
                .put("device", "mlx5_1")
                .put("state", "1: DOWN")
                .putArray("gidTypes")
                .add("IB/RoCE v1")
                .add("RoCE v2");
        host.put("peermem", false);

        assertThat(checks())
                .filteredOn(check -> check.verdict() == Verdict.WARN)
                .extracting(Check::name)
                .containsExactly("mlx5_1", "mlx5_1", "GPU direct");
    }

    @Test
    void eachThingThatAnImageNeedsIsNamedWithItsRemedy() throws IOException {
        scenario = SshScenarios.inContainers(folder);
        spec = (SshSpec) scenario.provider();
        ObjectNode python = (ObjectNode) host.path("python");
        python.put("runtimeThere", false).put("there", false);
        assertThat(failed("container")).contains("no docker on the PATH");

        python.put("runtimeThere", true)
                .put("runtimeError", "permission denied while trying to connect to the docker API");
        assertThat(failed("container")).contains("bench may not use docker");
        assertThat(next("container")).startsWith("sudo usermod -aG docker bench");

        python.put("runtimeError", "Cannot connect to the Docker daemon at unix:///x");
        assertThat(next("container")).startsWith("sudo systemctl start docker");

        python.remove("runtimeError");
        python.put("imageError", "No such image: vllm/vllm-openai:v0.11.0");
        assertThat(next("container")).isEqualTo("ssh node-a docker pull vllm/vllm-openai:v0.11.0");

        python.remove("imageError");
        python.put("there", true).putArray("absent").add("/etc/hf");
        assertThat(failed("container")).isEqualTo("node-a: there is no /etc/hf");

        python.putArray("absent");
        python.put("error", "could not select device driver \"\" with capabilities: [[gpu]]");
        assertThat(next("container")).contains("NVIDIA Container Toolkit");

        python.remove("error");
        python.put("jobs", "none");
        assertThat(failed("container")).contains("no python on its PATH");

        python.put("jobs", "/usr/bin/python");
        host.path("gpus")
                .valueStream()
                .forEach(gpu -> ((ObjectNode) gpu).put("index", gpu.path("index").asInt() + 2));
        host.put("memlock", 65536).put("nofile", 1024).putObject("shm").put("total", 64 << 20);
        assertThat(checks()).extracting(Check::verdict).containsOnly(Verdict.OK);

        python.put("rootless", true);
        host.put("memlockAtMost", 65536).put("nofileAtMost", 4096);
        assertThat(failed("memlock")).contains("a rootless container cannot have more");
        assertThat(failed("open files")).contains("ulimit -Hn is 4096");
    }

    private String next(String name) {
        return checks().stream()
                .filter(check -> check.name().equals(name))
                .map(Check::next)
                .findFirst()
                .orElseThrow(() -> new AssertionError(checks().toString()));
    }

    private String failed(String name) {
        return checks().stream()
                .filter(check -> check.name().equals(name) && check.verdict() == Verdict.FAILED)
                .map(Check::detail)
                .findFirst()
                .orElseThrow(() -> new AssertionError(checks().toString()));
    }

    private List<Check> checks() {
        HostFacts facts = new HostFacts("node-a", host, clockOffset, Duration.ofMillis(80));
        return new HostChecks(scenario, spec, facts).all();
    }
}
