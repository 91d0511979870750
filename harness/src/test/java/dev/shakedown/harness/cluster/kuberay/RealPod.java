package dev.shakedown.harness.cluster.kuberay;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A pod whose containers are processes of this machine: init containers one after the other, then
 * all others, each started again when it has ended.
 */
final class RealPod implements AutoCloseable {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\((\\w+)\\)");

    private final KubernetesClient client;
    private final Pod pod;
    private final String path;
    private final PodSandbox sandbox;
    private final List<PodContainer> first;
    private final List<PodContainer> main;

    /**
     * @param path of its containers, in place of what an image would bring
     * @param folder of its own, empty
     */
    RealPod(KubernetesClient client, Pod pod, int number, String path, Path folder)
            throws IOException {
        this.client = client;
        this.pod = pod;
        this.path = path;
        this.sandbox =
                new PodSandbox(
                        number, pod.getMetadata().getName(), Files.createDirectories(folder));
        this.first = containers(pod.getSpec().getInitContainers(), folder);
        this.main = containers(pod.getSpec().getContainers(), folder);
    }

    private static List<PodContainer> containers(List<Container> specs, Path folder) {
        return specs.stream().map(spec -> new PodContainer(spec, folder)).toList();
    }

    Pod pod() {
        return pod;
    }

    String ip() {
        return sandbox.ip();
    }

    void hosts(String content) {
        sandbox.hosts(content);
    }

    Optional<PodContainer> container(String name) {
        return Stream.concat(first.stream(), main.stream())
                .filter(container -> container.spec().getName().equals(name))
                .findFirst();
    }

    /** Starts what is due, and returns the status after it. */
    PodStatus step() throws IOException {
        for (PodContainer container : first) {
            if (!container.ended().equals(Optional.of(0))) {
                runs(container);
                return status(false);
            }
        }
        for (PodContainer container : main) {
            runs(container);
            container.probe(ip());
        }
        return status(true);
    }

    private void runs(PodContainer container) throws IOException {
        if (!container.started() || container.ended().isPresent()) {
            container.start(sandbox, env(container.spec()));
        }
    }

    private Map<String, String> env(Container container) {
        Map<String, String> env = new LinkedHashMap<>();
        env.put("PATH", path);
        env.put("HOME", "/tmp/ray");
        env.put("HOSTNAME", pod.getMetadata().getName());
        for (EnvVar variable : container.getEnv()) {
            String value =
                    Optional.ofNullable(variable.getValueFrom())
                            .map(this::value)
                            .orElseGet(() -> Optional.ofNullable(variable.getValue()).orElse(""));
            env.put(
                    variable.getName(),
                    REFERENCE
                            .matcher(value)
                            .replaceAll(
                                    (MatchResult found) ->
                                            env.getOrDefault(found.group(1), "")
                                                    .replace("$", "\\$")));
        }
        return env;
    }

    private String value(EnvVarSource source) {
        if (source.getSecretKeyRef() != null) {
            String base64 =
                    client.secrets()
                            .inNamespace(pod.getMetadata().getNamespace())
                            .withName(source.getSecretKeyRef().getName())
                            .require()
                            .getData()
                            .get(source.getSecretKeyRef().getKey());
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        }
        if (source.getFieldRef() != null
                && source.getFieldRef().getFieldPath().equals("status.podIP")) {
            return ip();
        }
        throw new IllegalArgumentException("not played here: " + source);
    }

    private PodStatus status(boolean initialized) {
        boolean ready = initialized && main.stream().allMatch(PodContainer::ready);
        return new PodStatusBuilder()
                .withPhase(initialized ? "Running" : "Pending")
                .withPodIP(ip())
                .addNewPodIP(ip())
                .withHostIP("127.0.0.1")
                .withConditions(
                        condition("PodScheduled", true),
                        condition("Initialized", initialized),
                        condition("ContainersReady", ready),
                        condition("Ready", ready))
                .withInitContainerStatuses(first.stream().map(PodContainer::status).toList())
                .withContainerStatuses(main.stream().map(PodContainer::status).toList())
                .build();
    }

    private static PodCondition condition(String type, boolean value) {
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(value ? "True" : "False")
                .build();
    }

    @Override
    public void close() {
        sandbox.close();
    }
}
