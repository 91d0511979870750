package dev.shakedown.harness.cluster.ray;

import java.util.List;
import java.util.Optional;
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
