package dev.shakedown.simulator.ray;

import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.engine.Gpu;
import dev.shakedown.simulator.fault.Effect;
import dev.shakedown.simulator.fault.Faults;
import dev.shakedown.simulator.gpu.GpuState;
import dev.shakedown.simulator.gpu.GpuStates;
import dev.shakedown.simulator.http.Json;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The nodes in the forms of the state API, the node summary and {@code ray status}. */
final class NodeRows {
    private static final int CPUS = 96;
    private static final long MEMORY = 1L << 40;
    private static final long OBJECT_STORE = 200L << 30;

    private final List<SimulatedNode> nodes;
    private final Gpu gpu;
    private final RaySurface.Cluster cluster;
    private final GpuStates states;
    private final long startMillis;

    /** Those of the cluster that Ray knows of. */
    NodeRows(RaySurface.Cluster cluster, GpuStates states, long startMillis) {
        this.nodes = states.nodes();
        this.states = states;
        this.gpu = cluster.gpu();
        this.cluster = cluster;
        this.startMillis = startMillis;
    }

    List<ObjectNode> state() {
        return nodes.stream().map(this::stateRow).toList();
    }

    /**
     * @param gpusUsed on each node
     */
    ObjectNode summary(List<Integer> gpusUsed) {
        ObjectNode data = Json.object();
        ArrayNode rows = data.putArray("summary");
        ObjectNode logical = data.putObject("nodeLogicalResources");
        for (int i = 0; i < nodes.size(); i++) {
            rows.add(summaryRow(nodes.get(i), gpusUsed.get(i)));
            logical.put(nodes.get(i).id(), logicalText(nodes.get(i), gpusUsed.get(i)));
        }
        return data;
    }

    /** The text of {@code ray status}. */
    String statusText(String stamp, int gpusUsed) {
        StringBuilder text = new StringBuilder();
        text.append("======== Autoscaler status: ").append(stamp).append(" ========\n");
        text.append("Node status\n").append("-".repeat(63)).append("\nActive:\n");
        nodes.forEach(node -> text.append(" 1 node_").append(node.id()).append('\n'));
        text.append("Pending:\n (no pending nodes)\nRecent failures:\n (no failures)\n\n");
        text.append("Resources\n").append("-".repeat(63)).append("\nTotal Usage:\n");
        int gpus = nodes.stream().mapToInt(node -> node.gpuUuids().size()).sum();
        text.append(
                String.format(
                        Locale.ROOT,
                        " 0.0/%d.0 CPU%n %d.0/%d.0 GPU%n 0B/%d.00TiB memory%n"
                                + " 0B/%d.00GiB object_store_memory%n%n",
                        CPUS * nodes.size(),
                        gpusUsed,
                        gpus,
                        nodes.size(),
                        200 * nodes.size()));
        return text.append("From request_resources:\n (none)\n")
                .append("Pending Demands:\n (no resource demands)")
                .toString();
    }

    private ObjectNode stateRow(SimulatedNode node) {
        ObjectNode row =
                Json.object()
                        .put("node_id", node.id())
                        .put("node_ip", node.ip())
                        .put("is_head_node", node.head())
                        .put("state", "ALIVE")
                        .putNull("state_message")
                        .put("node_name", node.ip());
        ObjectNode resources = row.putObject("resources_total").put("CPU", CPUS);
        if (node.head()) {
            resources.put("node:__internal_head__", 1);
        }
        resources
                .put("node:" + node.ip(), 1)
                .put("object_store_memory", OBJECT_STORE)
                .put("memory", MEMORY)
                .put("GPU", node.gpuUuids().size());
        row.putObject("labels")
                .put("ray.io/node-id", node.id())
                .put("ray.io/accelerator-type", gpu.name().split("-", 2)[0])
                .put("shakedown/simulated", "true");
        return row.put("start_time_ms", startMillis).put("end_time_ms", 0);
    }

    private ObjectNode summaryRow(SimulatedNode node, int gpusUsed) {
        ObjectNode row =
                Json.object()
                        .put("now", System.currentTimeMillis() / 1000.0 + clockAhead(node))
                        .put("hostname", node.hostname())
                        .put("ip", node.ip())
                        .put("cpu", 3);
        row.putArray("cpus").add(CPUS).add(CPUS);
        row.putArray("mem").add(MEMORY).add(MEMORY * 9 / 10).add(10.0).add(MEMORY / 10);
        row.putArray("hostMem").add(MEMORY / 10).add(MEMORY);
        row.putNull("cgroupMem").put("shm", 1 << 20);
        row.set("raylet", raylet(node));
        row.putObject("agent").put("pid", 2100).put("cpuPercent", 1.0);
        row.put("bootTime", startMillis / 1000 - 86_400);
        row.putArray("loadAvg").addArray().add(1.0).add(1.0).add(1.0);
        row.putObject("disk");
        row.putArray("diskIo");
        row.putArray("diskIoSpeed");
        ArrayNode gpus = row.putArray("gpus");
        for (int i = 0; i < node.gpuUuids().size(); i++) {
            gpus.add(gpuRow(node, i, i < gpusUsed));
        }
        row.putArray("tpus");
        row.putArray("network").add(0).add(0);
        row.putArray("networkSpeed").add(0.0).add(0.0);
        row.putArray("cmdline").add("SIMULATED").add("raylet");
        return row;
    }

    private double clockAhead(SimulatedNode node) {
        return Faults.number(cluster.faults().onNode(Effect.CLOCK_AHEAD, node.index()), 0);
    }

    private ObjectNode gpuRow(SimulatedNode node, int index, boolean used) {
        GpuState state = states.of(node, index);
        long totalMib = Math.round(gpu.memoryGib() * 1024);
        return Json.object()
                .put("index", index)
                .put("name", gpu.product())
                .put("uuid", node.gpuUuids().get(index))
                .put("utilizationGpu", state.utilization())
                .put("memoryUsed", used ? totalMib * 92 / 100 : 4)
                .put("memoryTotal", totalMib)
                .put("powerMw", Math.round(state.watts() * 1000))
                .put("temperatureC", state.temperature())
                .putNull("processesPids");
    }

    private ObjectNode raylet(SimulatedNode node) {
        ObjectNode raylet = Json.object().put("nodeId", node.id());
        raylet.putArray("coreWorkersStats");
        raylet.put("numWorkers", 0);
        raylet.put("nodeManagerAddress", node.ip()).put("nodeManagerHostname", node.hostname());
        raylet.put("nodeManagerPort", 6380).put("objectManagerPort", 6381);
        raylet.put("metricsExportPort", 8080).put("nodeName", node.ip());
        ObjectNode resources = raylet.putObject("resourcesTotal");
        resources.put("GPU", node.gpuUuids().size()).put("CPU", CPUS).put("memory", MEMORY);
        resources.put("node:" + node.ip(), 1).put("objectStoreMemory", OBJECT_STORE);
        if (node.head()) {
            resources.put("node:InternalHead", 1);
        }
        raylet.putObject("labels").put("ray.io/node-id", node.id());
        raylet.putObject("stateSnapshot").put("state", "ACTIVE").put("idleDurationMs", "0");
        return raylet.put("startTimeMs", String.valueOf(startMillis))
                .put("isHeadNode", node.head())
                .put("state", "ALIVE")
                .put("endTimeMs", "0")
                .putNull("stateMessage");
    }

    private static String logicalText(SimulatedNode node, int gpusUsed) {
        return "0.0/%d.0 CPU\n%d.0/%d.0 GPU\n0B/1024.00GiB memory\n0B/200.00GiB object_store_memory"
                .formatted(CPUS, gpusUsed, node.gpuUuids().size());
    }
}
