package dev.shakedown.harness.cluster.kuberay;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What KubeRay's operator adds to a pod template so that its first container is a node of Ray: the
 * command line of {@code ray start}, where the head is, a readiness probe, and for workers an init
 * container that waits for the head.
 *
 * @param head name of the head's service within the cluster
 */
record RayStart(String role, Map<String, String> params, String head) {
    private static final int AGENT = 52_365;
    private static final String GCS_PORT = "6379";

    RayStart {
        params = Map.copyOf(params);
    }

    PodSpec of(PodSpec template) {
        Container ray = template.getContainers().getFirst();
        PodSpecBuilder pod =
                new PodSpecBuilder(template)
                        .editFirstContainer()
                        .withCommand("/bin/bash", "-c", "--")
                        .withArgs("ulimit -n 65536; " + command(ray))
                        .addAllToEnv(env(ray))
                        .withNewReadinessProbe()
                        .withNewHttpGet()
                        .withPath("/api/healthz")
                        .withNewPort(AGENT)
                        .endHttpGet()
                        .endReadinessProbe()
                        .endContainer();
        return isHead() ? pod.build() : pod.addToInitContainers(waiting(ray)).build();
    }

    private boolean isHead() {
        return role.equals(PodTemplates.HEAD);
    }

    private String command(Container ray) {
        Map<String, String> all = new TreeMap<>();
        all.put("block", "true");
        all.put("dashboard-agent-listen-port", String.valueOf(AGENT));
        all.put("metrics-export-port", "8080");
        gpus(ray).ifPresent(gpus -> all.put("num-gpus", gpus));
        if (!isHead()) {
            all.put("address", head + ":" + GCS_PORT);
        }
        all.putAll(params);
        return all.entrySet().stream()
                .map(
                        param ->
                                param.getValue().equals("true")
                                        ? "--" + param.getKey()
                                        : "--%s=%s".formatted(param.getKey(), param.getValue()))
                .collect(
                        Collectors.joining(" ", isHead() ? "ray start --head " : "ray start ", ""));
    }

    private static Optional<String> gpus(Container ray) {
        return Optional.ofNullable(ray.getResources())
                .flatMap(resources -> Optional.ofNullable(resources.getLimits()))
                .flatMap(limits -> Optional.ofNullable(limits.get("nvidia.com/gpu")))
                .map(Quantity::getAmount);
    }

    private List<EnvVar> env(Container ray) {
        String host = isHead() ? "127.0.0.1" : head;
        List<EnvVar> env = new ArrayList<>();
        env.add(new EnvVar("FQ_RAY_IP", head, null));
        env.add(new EnvVar("RAY_PORT", GCS_PORT, null));
        env.add(new EnvVar("RAY_ADDRESS", host + ":" + GCS_PORT, null));
        List<String> own = ray.getEnv().stream().map(EnvVar::getName).toList();
        env.removeIf(variable -> own.contains(variable.getName()));
        return env;
    }

    private Container waiting(Container ray) {
        return new ContainerBuilder()
                .withName("wait-gcs-ready")
                .withImage(ray.getImage())
                .withEnv(ray.getEnv())
                .withCommand("/bin/bash", "-c", "--")
                .withArgs(
                        "until ray health-check --address %s:%s > /dev/null 2>&1; do sleep 1; done"
                                .formatted(head, GCS_PORT))
                .build();
    }
}
