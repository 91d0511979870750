package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.KubeRaySpec;
import dev.shakedown.harness.scenario.Scenario;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The pods of a RayCluster: a head that sees no GPU, workers that have all of a node's, and one
 * without GPUs for a load that starts in a pod.
 */
final class PodTemplates {
    /** Of the container that runs Ray; a patch finds it by this name. */
    static final String CONTAINER = "ray";

    static final String TOKEN_KEY = "auth_token";
    static final String HUB_TOKEN_KEY = "hf_token";
    static final String HEAD = "head";
    static final String WORKER = "worker";
    static final String LOAD = "load";

    /** Of a pod's first network; an interface of another name comes by {@code podPatch}. */
    private static final String INTERFACE = "eth0";

    private static final String GPU = "nvidia.com/gpu";

    /** Of the volume with the model cache; a patch finds it by this name. */
    private static final String MODELS = "models";

    private static final String CPU_OF_LOAD = "2";
    private static final String MEMORY_OF_LOAD = "4Gi";

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
        return template(HEAD, withoutGpus());
    }

    /** Its generator has cores that no engine takes from it. */
    ObjectNode load() {
        ObjectNode container = withoutGpus();
        container
                .putObject("resources")
                .putObject("requests")
                .put("cpu", CPU_OF_LOAD)
                .put("memory", MEMORY_OF_LOAD);
        return template(LOAD, container);
    }

    private ObjectNode withoutGpus() {
        ObjectNode container = container();
        // Without a GPU of its own a container would see all of its node's.
        variable(env(container), "NVIDIA_VISIBLE_DEVICES", "void");
        return container;
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
            modelCache().ifPresent(folder -> mountModels(pod, container, folder));
        }
        return template;
    }

    private Optional<String> modelCache() {
        return scenario.engine().map(engine -> engine.env().get(EngineSpec.MODEL_CACHE));
    }

    /** The node's own folder, at the same path: what was downloaded there once stays there. */
    private static void mountModels(ObjectNode pod, ObjectNode container, String folder) {
        ObjectNode volume = pod.withArrayProperty("volumes").addObject().put("name", MODELS);
        volume.putObject("hostPath").put("path", folder).put("type", "DirectoryOrCreate");
        container
                .withArrayProperty("volumeMounts")
                .addObject()
                .put("name", MODELS)
                .put("mountPath", folder);
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
        fromSecret(env, "RAY_AUTH_TOKEN", TOKEN_KEY);
        variable(env, "RAY_USAGE_STATS_ENABLED", "0");
        variable(env, "TP_SOCKET_IFNAME", INTERFACE);
        env.addObject()
                .put("name", "VLLM_HOST_IP")
                .putObject("valueFrom")
                .putObject("fieldRef")
                .put("fieldPath", "status.podIP");
        variable(env, "VLLM_NO_USAGE_STATS", "1");
        scenario.engine()
                .flatMap(EngineSpec::hfTokenFile)
                .ifPresent(_ -> fromSecret(env, "HF_TOKEN", HUB_TOKEN_KEY));
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

    private void fromSecret(ArrayNode env, String variable, String key) {
        env.addObject()
                .put("name", variable)
                .putObject("valueFrom")
                .putObject("secretKeyRef")
                .put("name", name.secret())
                .put("key", key);
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
