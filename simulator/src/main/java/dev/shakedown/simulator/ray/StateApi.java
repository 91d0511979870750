package dev.shakedown.simulator.ray;

import dev.shakedown.simulator.http.Exchange;
import dev.shakedown.simulator.http.Json;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The envelope, filters and limits of {@code /api/v0}. */
final class StateApi {
    private static final int DEFAULT_LIMIT = 100;

    private StateApi() {}

    static void reply(Exchange exchange, List<ObjectNode> rows) {
        List<ObjectNode> wanted = rows.stream().filter(row -> matches(exchange, row)).toList();
        ArrayNode shown = Json.array();
        wanted.stream().limit(limit(exchange)).forEach(shown::add);
        ObjectNode result =
                Json.object()
                        .put("total", rows.size())
                        .put("num_after_truncation", rows.size())
                        .put("num_filtered", wanted.size());
        result.set("result", shown);
        result.put("partial_failure_warning", "").putNull("warnings");
        ObjectNode body = Json.object().put("result", true).put("msg", "");
        exchange.json(200, body.set("data", Json.object().set("result", result)));
    }

    private static int limit(Exchange exchange) {
        return exchange.query("limit")
                .flatMap(text -> Stream.of(text).filter(t -> t.matches("\\d{1,5}")).findFirst())
                .map(Integer::parseInt)
                .orElse(DEFAULT_LIMIT);
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
