package dev.shakedown.harness.cluster.kuberay;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Merges a patch over a pod template as {@code kubectl patch --type=strategic} does: maps by key,
 * lists of things that have a name by that name, other lists as a whole; {@code null} removes, and
 * {@code $patch: replace} and {@code $patch: delete} do what they say. The API server knows this
 * for its own kinds only, and a RayCluster is none of them.
 */
final class StrategicMerge {
    private static final String DIRECTIVE = "$patch";

    /** Lists of a pod template that are merged, with the key that tells their elements apart. */
    private static final Map<String, String> KEYS =
            Map.ofEntries(
                    Map.entry("containers", "name"),
                    Map.entry("initContainers", "name"),
                    Map.entry("volumes", "name"),
                    Map.entry("env", "name"),
                    Map.entry("imagePullSecrets", "name"),
                    Map.entry("volumeMounts", "mountPath"),
                    Map.entry("volumeDevices", "devicePath"),
                    Map.entry("ports", "containerPort"),
                    Map.entry("hostAliases", "ip"),
                    Map.entry("topologySpreadConstraints", "topologyKey"));

    private StrategicMerge() {}

    /** A new tree; neither argument changes. */
    static ObjectNode merge(ObjectNode base, ObjectNode patch) {
        ObjectNode merged = replaces(patch) ? empty() : base.deepCopy();
        patch.properties().stream()
                .filter(entry -> !entry.getKey().equals(DIRECTIVE))
                .forEach(entry -> put(merged, entry.getKey(), entry.getValue()));
        return merged;
    }

    private static void put(ObjectNode merged, String key, JsonNode patch) {
        JsonNode known = merged.path(key);
        if (patch.isNull()) {
            merged.remove(key);
        } else if (patch instanceof ObjectNode map) {
            merged.set(key, merge(known instanceof ObjectNode old ? old : empty(), map));
        } else if (patch instanceof ArrayNode list && KEYS.containsKey(key)) {
            merged.set(
                    key, merge(known instanceof ArrayNode old ? old : none(), list, KEYS.get(key)));
        } else {
            merged.set(key, patch.deepCopy());
        }
    }

    private static ArrayNode merge(ArrayNode base, ArrayNode patch, String key) {
        ArrayNode merged = base.deepCopy();
        for (JsonNode element : patch) {
            if (!(element instanceof ObjectNode map)) {
                merged.add(element.deepCopy());
                continue;
            }
            int at = indexOf(merged, key, map.path(key));
            boolean deletes = map.path(DIRECTIVE).asString("").equals("delete");
            if (deletes && at >= 0) {
                merged.remove(at);
            } else if (!deletes && at >= 0 && merged.get(at) instanceof ObjectNode known) {
                merged.set(at, merge(known, map));
            } else if (!deletes) {
                merged.add(merge(empty(), map));
            }
        }
        return merged;
    }

    private static int indexOf(ArrayNode list, String key, JsonNode value) {
        for (int i = 0; i < list.size(); i++) {
            if (!value.isMissingNode() && list.get(i).path(key).equals(value)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean replaces(ObjectNode patch) {
        return patch.path(DIRECTIVE).asString("").equals("replace");
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ArrayNode none() {
        return JsonNodeFactory.instance.arrayNode();
    }
}
