package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Scenario;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The command lines and environments of Ray's nodes and of what runs on them.
 *
 * <p>Ray asks for a token, always: a node listens on the machine's outward address, and whoever
 * reaches an open Ray runs code on it. The token lies in a file that only this user can read; no
 * command line and no environment holds it.
 *
 * @param physicalGpus there are GPUs behind the logical ones
 */
record RayCommands(
        Scenario scenario, RayLayout layout, PythonEnvironment python, boolean physicalGpus) {
    private static final String CPU_OBJECT_STORE_BYTES = "100000000";

    /** {@code --block}: the process lives as long as its node, and says when a part of it died. */
    List<String> start(PlannedNode node) {
        List<String> argv = new ArrayList<>(onCpus());
        argv.addAll(List.of("ray", "start", "--block", "--disable-usage-stats"));
        if (node.head()) {
            argv.add("--head");
            argv.add("--port=" + layout.gcsPort());
            // Without it Ray starts a head that has no dashboard where packages are missing.
            argv.add("--include-dashboard=true");
            argv.add("--dashboard-host=127.0.0.1");
            argv.add("--dashboard-port=" + layout.dashboardPort());
            argv.add("--ray-client-server-port=" + layout.clientPort());
        } else {
            argv.add("--address=" + layout.gcsAddress());
            argv.add("--include-log-monitor=false");
        }
        argv.add("--node-ip-address=" + layout.address().ip());
        argv.add("--num-gpus=" + scenario.cluster().gpusPerNode());
        argv.add("--num-cpus=" + cores());
        argv.add("--temp-dir=" + node.folder());
        argv.add("--min-worker-port=0");
        argv.add("--max-worker-port=0");
        for (int i = 0; i < PlannedNode.PORTS.size(); i++) {
            argv.add(PlannedNode.PORTS.get(i) + "=" + node.ports().get(i));
        }
        if (!physicalGpus) {
            argv.add("--object-store-memory=" + CPU_OBJECT_STORE_BYTES);
        }
        return argv;
    }

    /** {@code taskset} and the cores, where the scenario confines the cluster to some. */
    List<String> onCpus() {
        return scenario.local()
                .cpus()
                .map(cpus -> List.of("taskset", "-c", cpus))
                .orElse(List.of());
    }

    Map<String, String> nodeEnv(PlannedNode node) {
        Map<String, String> env = new HashMap<>(siteEnv());
        if (physicalGpus && layout.nodes().size() > 1) {
            int gpus = scenario.cluster().gpusPerNode();
            // CUDA's own order is by speed: the indexes would be other GPUs than nvidia-smi's.
            env.put("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
            env.put(
                    "CUDA_VISIBLE_DEVICES",
                    IntStream.range(node.index() * gpus, (node.index() + 1) * gpus)
                            .mapToObj(Integer::toString)
                            .collect(Collectors.joining(",")));
        }
        return env;
    }

    /** What Ray, vLLM and Ray's workers need on this site; the engine's own env comes on top. */
    Map<String, String> siteEnv() {
        Map<String, String> env = new HashMap<>();
        env.put("PATH", python.bin() + ":" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        env.put("RAY_ADDRESS", layout.gcsAddress());
        env.put("RAY_AUTH_MODE", "token");
        env.put("RAY_AUTH_TOKEN_PATH", layout.token().toString());
        env.put("RAY_USAGE_STATS_ENABLED", "0");
        env.put("VLLM_NO_USAGE_STATS", "1");
        env.put("VLLM_HOST_IP", layout.address().ip());
        env.put("GLOO_SOCKET_IFNAME", layout.address().networkInterface());
        env.put("NCCL_SOCKET_IFNAME", layout.address().networkInterface());
        if (offline()) {
            env.put("HF_HUB_OFFLINE", "1");
            env.put("TRANSFORMERS_OFFLINE", "1");
        }
        if (!physicalGpus) {
            env.put("VLLM_CPU_KVCACHE_SPACE", "1");
            env.put("VLLM_CPU_OMP_THREADS_BIND", "nobind");
        }
        scenario.engine().map(EngineSpec::env).ifPresent(env::putAll);
        return env;
    }

    /** The model is on this machine by then, and a namespace has no way out to look again. */
    private boolean offline() {
        return layout.address().isLoopback()
                || scenario.engine()
                        .map(engine -> engine.model().equals(EngineSpec.BUILTIN_TINY))
                        .orElse(true);
    }

    private int cores() {
        return scenario.local()
                .cpus()
                .flatMap(CpuList::parse)
                .map(list -> list.cores().size())
                .orElse(Runtime.getRuntime().availableProcessors());
    }
}
