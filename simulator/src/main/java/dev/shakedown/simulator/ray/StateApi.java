package dev.shakedown.simulator.ray;

import dev.shakedown.simulator.http.Exchange;
import dev.shakedown.simulator.http.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The envelope, filters and limits of {@code /api/v0}. */
final class StateApi {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MOST = 10_000;

    private StateApi() {}

    static void reply(Exchange exchange, List<ObjectNode> rows) {
        int limit;
        try {
            limit = exchange.query("limit").map(Integer::parseInt).orElse(DEFAULT_LIMIT);
        } catch (NumberFormatException notANumber) {
            refuse(exchange, "invalid literal for int() with base 10");
            return;
        }
        if (limit > MOST) {
            refuse(
                    exchange,
                    "Given limit "
                            + limit
                            + " exceeds the supported limit "
                            + MOST
                            + ". Use a lower limit, or set the `RAY_MAX_LIMIT_FROM_API_SERVER`"
                            + " environment variable to a larger value.");
            return;
        }
        List<ObjectNode> wanted = rows.stream().filter(row -> matches(exchange, row)).toList();
        ArrayNode shown = Json.array();
        wanted.stream().limit(limit).forEach(shown::add);
        send(exchange, rows.size(), wanted.size(), shown);
    }

    /** Rows counted by class and state, as {@code ray summary} shows them. */
    static void summary(Exchange exchange, Kind kind, List<ObjectNode> rows) {
        ObjectNode summary = Json.object();
        for (ObjectNode row : rows) {
            String name = row.path(kind.key).asString();
            ObjectNode group = summary.withObject("/" + name).put(kind.key, name);
            if (row.has("type")) {
                group.set("type", row.path("type"));
            }
            ObjectNode counts = group.withObject("/state_counts");
            String state = row.path("state").asString();
            counts.put(state, counts.path(state).asInt(0) + 1);
        }
        ObjectNode all = Json.object().set("summary", summary);
        all.put(kind.total, rows.size());
        if (kind == Kind.TASKS) {
            all.put("total_actor_tasks", 0).put("total_actor_scheduled", 0);
        }
        all.put("summary_by", kind.by);
        ObjectNode cluster = Json.object().set("cluster", all);
        send(exchange, rows.size(), rows.size(), Json.object().set("node_id_to_summary", cluster));
    }

    /** What is counted, and Ray's words for it. */
    enum Kind {
        TASKS("func_or_class_name", "total_tasks", "func_name"),
        ACTORS("class_name", "total_actors", "class");

        private final String key;
        private final String total;
        private final String by;

        Kind(String key, String total, String by) {
            this.key = key;
            this.total = total;
            this.by = by;
        }
    }

    private static void send(Exchange exchange, int total, int filtered, JsonNode rows) {
        ObjectNode result =
                Json.object()
                        .put("total", total)
                        .put("num_after_truncation", total)
                        .put("num_filtered", filtered);
        result.set("result", rows);
        result.put("partial_failure_warning", "").putNull("warnings");
        ObjectNode body = Json.object().put("result", true).put("msg", "");
        exchange.json(200, body.set("data", Json.object().set("result", result)));
    }

    private static void refuse(Exchange exchange, String why) {
        ObjectNode body = Json.object().put("result", false).put("msg", why);
        exchange.json(400, body.set("data", Json.object().putNull("result")));
    }

    private static boolean matches(Exchange exchange, ObjectNode row) {
        List<String> keys = exchange.queries("filter_keys");
        List<String> predicates = exchange.queries("filter_predicates");
        List<String> values = exchange.queries("filter_values");
        for (int i = 0; i < Math.min(keys.size(), values.size()); i++) {
            boolean equal = row.path(keys.get(i)).asString("").equalsIgnoreCase(values.get(i));
            boolean wanted = i >= predicates.size() || predicates.get(i).equals("=");
            if (equal != wanted) {
                return false;
            }
        }
        return true;
    }
}
