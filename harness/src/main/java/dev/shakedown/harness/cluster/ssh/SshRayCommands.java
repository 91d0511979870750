package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The command line and environment of each host's Ray node. What a host's processes must know is
 * set here, where Ray starts: what a shell exports on one host reaches no other.
 *
 * @param folder of the run, the same on every host
 * @param head address of the first host
 */
record SshRayCommands(Scenario scenario, RayPorts ports, String folder, String head) {
    private static final String CPU_OBJECT_STORE_BYTES = "100000000";

    /** One host's part. */
    record Node(
            String name,
            int index,
            HostFacts.Route route,
            List<Integer> gpus,
            boolean physicalGpus) {
        boolean isHead() {
            return index == 0;
        }
    }

    String gcsAddress() {
        return head + ":" + ports.gcs();
    }

    String dashboard() {
        return "http://" + head + ":" + ports.dashboard();
    }

    String token() {
        return folder + "/token";
    }

    List<String> start(Node node) {
        List<String> argv = new ArrayList<>(List.of("ray", "start", "--block"));
        argv.add("--disable-usage-stats");
        if (node.isHead()) {
            argv.add("--head");
            argv.add("--port=" + ports.gcs());
            // Without it Ray starts a head that has no dashboard where packages are missing.
            argv.add("--include-dashboard=true");
            argv.add("--dashboard-host=" + node.route().address());
            argv.add("--dashboard-port=" + ports.dashboard());
            argv.add("--ray-client-server-port=" + ports.client());
        } else {
            argv.add("--address=" + gcsAddress());
        }
        argv.add("--node-ip-address=" + node.route().address());
        argv.add("--num-gpus=" + scenario.cluster().gpusPerNode());
        argv.add("--temp-dir=" + folder + "/ray");
        argv.add("--min-worker-port=" + ports.firstWorker());
        argv.add("--max-worker-port=" + ports.lastWorker());
        for (int i = 0; i < RayPorts.AGENTS.size(); i++) {
            argv.add(RayPorts.AGENTS.get(i) + "=" + ports.agents().get(i));
        }
        if (!node.physicalGpus()) {
            argv.add("--object-store-memory=" + CPU_OBJECT_STORE_BYTES);
        }
        return argv;
    }

    Map<String, String> env(Node node) {
        Map<String, String> env = new TreeMap<>();
        env.put("RAY_ADDRESS", gcsAddress());
        env.put("RAY_AUTH_MODE", "token");
        env.put("RAY_AUTH_TOKEN_PATH", token());
        env.put("RAY_USAGE_STATS_ENABLED", "0");
        env.put("VLLM_NO_USAGE_STATS", "1");
        env.put("VLLM_HOST_IP", node.route().address());
        env.put("NCCL_SOCKET_IFNAME", "=" + node.route().networkInterface());
        env.put("GLOO_SOCKET_IFNAME", node.route().networkInterface());
        // What a killed process leaves there goes with the run's folder.
        env.put("TMPDIR", folder + "/tmp");
        env.put("TP_SOCKET_IFNAME", node.route().networkInterface());
        if (node.physicalGpus()) {
            // CUDA's own order is by speed: the indexes would be other GPUs than nvidia-smi's.
            env.put("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
            env.put(
                    "CUDA_VISIBLE_DEVICES",
                    node.gpus().stream().map(String::valueOf).collect(Collectors.joining(",")));
        } else {
            env.put("VLLM_CPU_KVCACHE_SPACE", "1");
            env.put("VLLM_CPU_OMP_THREADS_BIND", "nobind");
        }
        if (scenario.engine().filter(EngineSpec::fromHub).isPresent()) {
            // ModelReady has seen to it; a rank that asks the hub now could wait or differ.
            env.put("HF_HUB_OFFLINE", "1");
        }
        scenario.engine().map(EngineSpec::env).ifPresent(env::putAll);
        return env;
    }
}
