package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.KubeRaySpec;
import dev.shakedown.harness.scenario.LoadFrom;
import dev.shakedown.harness.scenario.Scenario;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The objects of a run as Kubernetes takes them. */
final class Manifest {
    static final String API_VERSION = "ray.io/v1";
    static final String GROUP = "gpu";
    private static final String LOAD_GROUP = "load";
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private final Scenario scenario;
    private final KubeRaySpec spec;
    private final ClusterName name;
    private final Map<String, String> labels;

    Manifest(Scenario scenario, KubeRaySpec spec, ClusterName name, Map<String, String> labels) {
        this.scenario = scenario;
        this.spec = spec;
        this.name = name;
        this.labels = Map.copyOf(labels);
    }

    static String yaml(ObjectNode object) {
        return YAML.asYaml(object);
    }

    /** May throw {@link StepFailedException}: the patch files are read. */
    ObjectNode rayCluster() {
        PodTemplates pods = new PodTemplates(scenario, spec, name, ordered());
        ObjectNode cluster = object(API_VERSION, "RayCluster", name.value());
        ObjectNode own = cluster.putObject("spec");
        spec.rayVersion().ifPresent(version -> own.put("rayVersion", version));
        ObjectNode head = own.putObject("headGroupSpec");
        head.putObject("rayStartParams").put("dashboard-host", "0.0.0.0").put("num-gpus", "0");
        head.set("template", patched(pods.head(), spec.podPatch().head()));
        ArrayNode groups = own.putArray("workerGroupSpecs");
        ObjectNode worker = group(groups, GROUP, scenario.cluster().nodes());
        worker.putObject("rayStartParams");
        worker.set("template", patched(pods.worker(), spec.podPatch().worker()));
        if (scenario.loadFrom() instanceof LoadFrom.Pod) {
            ObjectNode load = group(groups, LOAD_GROUP, 1);
            load.putObject("rayStartParams").put("num-gpus", "0");
            load.set("template", pods.load());
        }
        return cluster;
    }

    private static ObjectNode group(ArrayNode groups, String groupName, int replicas) {
        return groups.addObject()
                .put("groupName", groupName)
                .put("replicas", replicas)
                .put("minReplicas", replicas)
                .put("maxReplicas", replicas);
    }

    /** Never part of a plan, nor written anywhere but into the API server. */
    ObjectNode secret(String token) {
        ObjectNode secret = object("v1", "Secret", name.secret());
        secret.put("type", "Opaque");
        ObjectNode data = secret.putObject("stringData").put(PodTemplates.TOKEN_KEY, token);
        scenario.engine()
                .flatMap(EngineSpec::hubToken)
                .ifPresent(hub -> data.put(PodTemplates.HUB_TOKEN_KEY, hub));
        return secret;
    }

    private ObjectNode object(String apiVersion, String kind, String objectName) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", apiVersion).put("kind", kind);
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("name", objectName);
        ObjectNode own = metadata.putObject("labels");
        ordered().forEach(own::put);
        return object;
    }

    private Map<String, String> ordered() {
        return new TreeMap<>(labels);
    }

    private static ObjectNode patched(ObjectNode template, Optional<Path> patch) {
        return patch.map(file -> StrategicMerge.merge(template, read(file))).orElse(template);
    }

    private static ObjectNode read(Path file) {
        try {
            return YAML.unmarshal(Files.readString(file), ObjectNode.class);
        } catch (IOException | JacksonException | IllegalArgumentException | ClassCastException e) {
            throw new StepFailedException(
                    "kuberay.podPatch cannot be read: " + file,
                    "",
                    List.of(String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
                    "write a pod template there, such as: spec: { containers: [{ name: ray, resources: ... }] }");
        }
    }
}
