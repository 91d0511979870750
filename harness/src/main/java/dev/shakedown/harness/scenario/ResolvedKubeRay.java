package dev.shakedown.harness.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The {@code kuberay} block as plain values; see {@link Resolved}. */
final class ResolvedKubeRay {
    private ResolvedKubeRay() {}

    static Map<String, Object> of(KubeRaySpec spec) {
        Map<String, Object> map = new LinkedHashMap<>();
        spec.context().ifPresent(context -> map.put("context", context));
        spec.namespace().ifPresent(namespace -> map.put("namespace", namespace));
        map.put("image", spec.image());
        spec.rayVersion().ifPresent(version -> map.put("rayVersion", version));
        map.put("operator", spec.operator().chart().isPresent() ? "install" : "require");
        spec.operator().version().ifPresent(version -> map.put("operatorVersion", version));
        spec.operator().chart().ifPresent(chart -> map.put("operatorChart", chart));
        Map<String, Object> patch = new LinkedHashMap<>();
        spec.podPatch().head().ifPresent(file -> patch.put("head", file.toString()));
        spec.podPatch().worker().ifPresent(file -> patch.put("worker", file.toString()));
        if (!patch.isEmpty()) {
            map.put("podPatch", patch);
        }
        if (!spec.nodeSelector().isEmpty()) {
            map.put("nodeSelector", new TreeMap<>(spec.nodeSelector()));
        }
        if (!spec.tolerations().isEmpty()) {
            List<Map<String, Object>> all =
                    spec.tolerations().stream().map(ResolvedKubeRay::toleration).toList();
            map.put("tolerations", all);
        }
        spec.shm().ifPresent(size -> map.put("shm", size + "B"));
        spec.rdma()
                .ifPresent(
                        rdma ->
                                map.put(
                                        "rdma",
                                        Map.of(
                                                "resource", rdma.resource(),
                                                "count", rdma.count())));
        map.put("auth", "token");
        return map;
    }

    static Map<String, Object> of(ExistingRayClusterSpec spec) {
        Map<String, Object> map = new LinkedHashMap<>();
        spec.context().ifPresent(context -> map.put("context", context));
        spec.namespace().ifPresent(namespace -> map.put("namespace", namespace));
        map.put("existing", spec.name());
        spec.rayVersion().ifPresent(version -> map.put("rayVersion", version));
        return map;
    }

    private static Map<String, Object> toleration(KubeRaySpec.Toleration toleration) {
        Map<String, Object> map = new LinkedHashMap<>();
        toleration.key().ifPresent(key -> map.put("key", key));
        toleration.value().ifPresent(value -> map.put("value", value));
        toleration.effect().ifPresent(effect -> map.put("effect", effect));
        return map;
    }
}
