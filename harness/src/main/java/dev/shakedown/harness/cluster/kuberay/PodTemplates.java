package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.KubeRaySpec;
import dev.shakedown.harness.scenario.Scenario;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The pods of a RayCluster: a head that sees no GPU, and workers that have all of a node's. */
final class PodTemplates {
    /** Of the container that runs Ray; a patch finds it by this name. */
    static final String CONTAINER = "ray";

    static final String TOKEN_KEY = "auth_token";
    static final String HEAD = "head";
    static final String WORKER = "worker";

    /** Of a pod's first network; an interface of another name comes by {@code podPatch}. */
    private static final String INTERFACE = "eth0";

    private static final String GPU = "nvidia.com/gpu";
    private static final int GPUS_PER_SHM = 8;
    private static final int SHM_GIB = 10;

    private final Scenario scenario;
    private final KubeRaySpec spec;
    private final ClusterName name;
    private final Map<String, String> labels;

    PodTemplates(
            Scenario scenario, KubeRaySpec spec, ClusterName name, Map<String, String> labels) {
        this.scenario = scenario;
        this.spec = spec;
        this.name = name;
        this.labels = labels;
    }

    ObjectNode head() {
        ObjectNode container = container();
        // Without a GPU of its own a container would see all of its node's.
        variable(env(container), "NVIDIA_VISIBLE_DEVICES", "void");
        return template(HEAD, container);
    }

    ObjectNode worker() {
        ObjectNode container = container();
        ObjectNode resources = container.putObject("resources");
        devices(resources.putObject("requests"));
        devices(resources.putObject("limits"));
        spec.rdma()
                .ifPresent(
                        _ ->
                                container
                                        .putObject("securityContext")
                                        .putObject("capabilities")
                                        .putArray("add")
                                        .add("IPC_LOCK"));
        ObjectNode template = template(WORKER, container);
        if (template.path("spec") instanceof ObjectNode pod) {
            oneOnEachNode(pod);
        }
        return template;
    }

    private ObjectNode template(String role, ObjectNode container) {
        ObjectNode template = JsonNodeFactory.instance.objectNode();
        ObjectNode own = template.putObject("metadata").putObject("labels");
        labels.forEach(own::put);
        own.put(Labels.ROLE, role);
        ObjectNode pod = template.putObject("spec");
        if (!spec.nodeSelector().isEmpty()) {
            ObjectNode selector = pod.putObject("nodeSelector");
            new TreeMap<>(spec.nodeSelector()).forEach(selector::put);
        }
        if (!spec.tolerations().isEmpty()) {
            ArrayNode tolerations = pod.putArray("tolerations");
            spec.tolerations().forEach(toleration -> add(tolerations, toleration));
        }
        pod.putArray("containers").add(container);
        ObjectNode volume = pod.putArray("volumes").addObject();
        volume.put("name", "shm");
        volume.putObject("emptyDir").put("medium", "Memory").put("sizeLimit", shm());
        return template;
    }

    private ObjectNode container() {
        ObjectNode container = JsonNodeFactory.instance.objectNode();
        container.put("name", CONTAINER);
        container.put("image", spec.image());
        ArrayNode env = container.putArray("env");
        variable(env, "GLOO_SOCKET_IFNAME", INTERFACE);
        variable(env, "NCCL_SOCKET_IFNAME", "=" + INTERFACE);
        variable(env, "RAY_AUTH_MODE", "token");
        env.addObject()
                .put("name", "RAY_AUTH_TOKEN")
                .putObject("valueFrom")
                .putObject("secretKeyRef")
                .put("name", name.secret())
                .put("key", TOKEN_KEY);
        variable(env, "RAY_USAGE_STATS_ENABLED", "0");
        variable(env, "TP_SOCKET_IFNAME", INTERFACE);
        env.addObject()
                .put("name", "VLLM_HOST_IP")
                .putObject("valueFrom")
                .putObject("fieldRef")
                .put("fieldPath", "status.podIP");
        variable(env, "VLLM_NO_USAGE_STATS", "1");
        scenario.engine()
                .map(EngineSpec::env)
                .ifPresent(own -> new TreeMap<>(own).forEach((k, v) -> variable(env, k, v)));
        container
                .putArray("volumeMounts")
                .addObject()
                .put("name", "shm")
                .put("mountPath", "/dev/shm");
        return container;
    }

    private static ArrayNode env(ObjectNode container) {
        return container.withArrayProperty("env");
    }

    /** In the place of one of that name: a list with two is refused. */
    private static void variable(ArrayNode env, String name, String value) {
        env.removeIf(known -> known.path("name").asString("").equals(name));
        env.addObject().put("name", name).put("value", value);
    }

    private static void add(ArrayNode tolerations, KubeRaySpec.Toleration toleration) {
        ObjectNode one = tolerations.addObject();
        toleration.key().ifPresent(key -> one.put("key", key));
        one.put("operator", toleration.value().isPresent() ? "Equal" : "Exists");
        toleration.value().ifPresent(value -> one.put("value", value));
        toleration.effect().ifPresent(effect -> one.put("effect", effect));
    }

    private void devices(ObjectNode amounts) {
        amounts.put(GPU, String.valueOf(scenario.cluster().gpusPerNode()));
        spec.rdma().ifPresent(rdma -> amounts.put(rdma.resource(), String.valueOf(rdma.count())));
    }

    /** Two workers on one node would be another shape than the scenario's. */
    private void oneOnEachNode(ObjectNode pod) {
        ObjectNode term =
                pod.putObject("affinity")
                        .putObject("podAntiAffinity")
                        .putArray("requiredDuringSchedulingIgnoredDuringExecution")
                        .addObject();
        ObjectNode match = term.putObject("labelSelector").putObject("matchLabels");
        labels.forEach(match::put);
        match.put(Labels.ROLE, WORKER);
        term.put("topologyKey", "kubernetes.io/hostname");
    }

    private String shm() {
        int parts = Math.ceilDiv(scenario.cluster().gpusPerNode(), GPUS_PER_SHM);
        return spec.shm().orElse(SHM_GIB * parts + "Gi");
    }
}
