package dev.shakedown.harness.cluster.ray;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Nodes from the two forms in which Ray lists them. */
final class NodeRows {
    private NodeRows() {}

    static RayNode ofState(JsonNode row) {
        return new RayNode(
                Fields.text(row, "node_id"),
                Fields.text(row, "node_ip"),
                Optional.empty(),
                row.path("is_head_node").asBoolean(false),
                Fields.text(row, "state").equals("ALIVE"),
                Fields.optional(row, "state_message"),
                Fields.amounts(row, "resources_total"),
                Fields.texts(row, "labels"));
    }

    /** The state API has no hostnames; the summary has, and may be late or absent. */
    static List<RayNode> named(List<RayNode> nodes, Supplier<List<RayNode>> summary) {
        Map<String, Optional<String>> hostnames = new HashMap<>();
        try {
            summary.get().forEach(node -> hostnames.put(node.id(), node.hostname()));
        } catch (RayRequestException e) {
            return nodes;
        }
        return nodes.stream()
                .map(n -> n.withHostname(hostnames.getOrDefault(n.id(), Optional.empty())))
                .toList();
    }

    static List<RayNode> ofSummary(JsonNode answer) {
        return answer.path("data").path("summary").valueStream().map(NodeRows::summary).toList();
    }

    private static RayNode summary(JsonNode row) {
        JsonNode raylet = row.path("raylet");
        return new RayNode(
                Fields.text(raylet, "nodeId"),
                Fields.text(row, "ip"),
                Fields.optional(row, "hostname"),
                raylet.path("isHeadNode").asBoolean(false),
                Fields.text(raylet, "state").equals("ALIVE"),
                Fields.optional(raylet, "stateMessage"),
                Fields.amounts(raylet, "resourcesTotal"),
                Fields.texts(raylet, "labels"));
    }
}
