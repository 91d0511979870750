package dev.shakedown.simulator.ray;

import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.fault.Effect;
import dev.shakedown.simulator.fault.Faults;
import dev.shakedown.simulator.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the engine's ranks look like from Ray: actors and placement groups; GPUs fill by node. */
final class EngineRows {
    private final List<SimulatedNode> nodes;
    private final Optional<SimulatedEngine> engine;
    private final Faults faults;

    /**
     * @param nodes that Ray knows of
     * @param engine that holds GPUs now
     */
    EngineRows(List<SimulatedNode> nodes, Optional<SimulatedEngine> engine, Faults faults) {
        this.nodes = nodes;
        this.engine = engine;
        this.faults = faults;
    }

    /** GPUs in use, a number a node. */
    List<Integer> gpusUsed() {
        int left = pending() ? 0 : engine.map(e -> e.split().gpus()).orElse(0);
        List<Integer> used = new ArrayList<>();
        for (int node = 0; node < nodes.size(); node++) {
            int there = nodes.get(node).gpuUuids().size();
            int here = Math.min(left, there);
            boolean held = faults.onNode(Effect.GPUS_HELD, nodes.get(node).index()).isPresent();
            used.add(held ? there : here);
            left -= here;
        }
        return used;
    }

    private boolean pending() {
        return faults.value(Effect.PLACEMENT_PENDING).isPresent();
    }

    List<ObjectNode> actors() {
        List<ObjectNode> rows = new ArrayList<>();
        onRay().filter(_ -> !pending())
                .ifPresent(
                        asked -> {
                            for (int rank = 0; rank < asked.split().gpus(); rank++) {
                                rows.add(actor(asked.split(), rank));
                            }
                        });
        return rows;
    }

    List<ObjectNode> placementGroups() {
        List<ObjectNode> rows = new ArrayList<>();
        onRay().ifPresent(
                        asked -> {
                            for (int replica = 0; replica < asked.split().data(); replica++) {
                                rows.add(group(asked.split(), replica));
                            }
                        });
        return rows;
    }

    private Optional<SimulatedEngine> onRay() {
        return engine.filter(asked -> asked.executor().equals("ray"));
    }

    private ObjectNode actor(SimulatedEngine.Split split, int gpu) {
        int rank = gpu % split.worldSize();
        String name =
                "vllm_Worker_sim"
                        + (split.tensor() > 1 ? "_TP" + rank % split.tensor() : "")
                        + (split.pipeline() > 1 ? "_PP" + rank / split.tensor() : "");
        ObjectNode row =
                Json.object()
                        .put("actor_id", "%024x01000000".formatted(gpu + 1))
                        .put("class_name", "RayWorkerProc")
                        .put("state", "ALIVE")
                        .put("job_id", "01000000")
                        .put("name", name)
                        .put("node_id", node(gpu).id())
                        .put("pid", 5000 + gpu)
                        .put("ray_namespace", "simulated");
        row.putObject("required_resources").put("GPU", 1.0);
        return row.putNull("death_cause")
                .put("is_detached", false)
                .put("placement_group_id", groupId(gpu / split.worldSize()))
                .put("num_restarts", "0");
    }

    private ObjectNode group(SimulatedEngine.Split split, int replica) {
        ObjectNode row =
                Json.object()
                        .put("placement_group_id", groupId(replica))
                        .put("name", "")
                        .put("creator_job_id", "01000000")
                        .put("state", pending() ? "PENDING" : "CREATED");
        ArrayNode bundles = row.putArray("bundles");
        for (int rank = 0; rank < split.worldSize(); rank++) {
            ObjectNode bundle = bundles.addObject();
            bundle.putObject("bundle_id")
                    .put("placement_group_id", groupId(replica))
                    .put("bundle_index", rank);
            bundle.putObject("unit_resources").put("GPU", 1.0);
            if (pending()) {
                bundle.putNull("node_id");
            } else {
                bundle.put("node_id", node(replica * split.worldSize() + rank).id());
            }
        }
        row.put("is_detached", false);
        row.putObject("stats").put("scheduling_state", "FINISHED").put("scheduling_attempt", 1);
        return row;
    }

    private SimulatedNode node(int gpu) {
        return nodes.get(Math.min(gpu / nodes.getFirst().gpuUuids().size(), nodes.size() - 1));
    }

    private static String groupId(int replica) {
        return "%028x01000000".formatted(replica + 1);
    }
}
