package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.LedgerNamespace;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One namespace of a Kubernetes cluster, as the user's kubeconfig reaches it. Every call may throw
 * {@link KubernetesClientException}.
 */
final class Kube implements AutoCloseable {
    private static final String FIELD_MANAGER = "shakedown";
    private static final int CONNECT_MILLIS = 5_000;
    private static final int REQUEST_MILLIS = 15_000;
    private static final int RETRIES = 2;
    private static final ResourceDefinitionContext RAY_CLUSTERS =
            new ResourceDefinitionContext.Builder()
                    .withGroup("ray.io")
                    .withVersion("v1")
                    .withKind("RayCluster")
                    .withPlural("rayclusters")
                    .withNamespaced(true)
                    .build();

    private final KubernetesClient client;
    private final String namespace;

    Kube(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /**
     * Where the user's kubeconfig leads. Connects to nothing yet.
     *
     * @throws StepFailedException if there is no such context
     */
    static Kube open(Optional<String> context, Optional<String> namespace) {
        Config config = Config.autoConfigure(context.orElse(null));
        context.ifPresent(name -> requireContext(config, name));
        return of(config, namespace);
    }

    /**
     * Where an earlier run was, whatever the environment says today.
     *
     * @throws StepFailedException if its kubeconfig is gone, or leads to another server by now
     */
    static Kube open(LedgerNamespace place) {
        Kube there = byKubeconfig(place);
        if (!place.server().isEmpty() && !place.server().equals(there.server())) {
            there.close();
            throw new StepFailedException(
                    "context %s of %s leads to %s now, the run was on %s"
                            .formatted(
                                    place.context(),
                                    place.kubeconfig(),
                                    there.server(),
                                    place.server()),
                    "",
                    List.of(),
                    "correct the kubeconfig, or shakedown down RUN --forget");
        }
        return there;
    }

    private static Kube byKubeconfig(LedgerNamespace place) {
        Optional<String> context = Optional.of(place.context()).filter(c -> !c.isEmpty());
        Optional<String> namespace = Optional.of(place.namespace());
        String file = place.kubeconfig().replaceFirst(File.pathSeparator + ".*", "");
        if (place.kubeconfig().equals(kubeconfig(System.getenv())) || file.isEmpty()) {
            return open(context, namespace);
        }
        if (!Files.isReadable(Path.of(file))) {
            throw new StepFailedException(
                    "the kubeconfig %s cannot be read".formatted(file),
                    "",
                    List.of(),
                    "bring it back, or shakedown down RUN --forget");
        }
        Config config = Config.fromKubeconfig(context.orElse(null), Path.of(file).toFile());
        context.ifPresent(name -> requireContext(config, name));
        return of(config, namespace);
    }

    private static Kube of(Config config, Optional<String> namespace) {
        config.setConnectionTimeout(CONNECT_MILLIS);
        config.setRequestTimeout(REQUEST_MILLIS);
        config.setRequestRetryBackoffLimit(RETRIES);
        KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
        String own = Optional.ofNullable(client.getNamespace()).orElse("default");
        return new Kube(client, namespace.orElse(own));
    }

    /** The files that are read, absolute: {@code down} may be called from elsewhere. */
    static String kubeconfig(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", System.getProperty("user.home", ""));
        String files = environment.getOrDefault("KUBECONFIG", "");
        String all = files.isBlank() ? home + "/.kube/config" : files;
        return Arrays.stream(all.split(File.pathSeparator))
                .filter(file -> !file.isBlank())
                .map(file -> Path.of(file).toAbsolutePath().normalize())
                .filter(Files::exists)
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** For the ledger. */
    LedgerNamespace place() {
        String context =
                Optional.ofNullable(client.getConfiguration().getCurrentContext())
                        .map(NamedContext::getName)
                        .orElse("");
        return new LedgerNamespace(kubeconfig(System.getenv()), context, namespace, server());
    }

    private static void requireContext(Config config, String context) {
        List<String> known =
                Optional.ofNullable(config.getContexts()).orElse(List.of()).stream()
                        .map(NamedContext::getName)
                        .toList();
        if (!known.contains(context)) {
            throw new StepFailedException(
                    "there is no context %s in the kubeconfig".formatted(context),
                    "",
                    List.of("contexts: " + String.join(", ", known)),
                    "kubectl config get-contexts, then correct kuberay.context or KUBECONFIG");
        }
    }

    KubernetesClient client() {
        return client;
    }

    String namespace() {
        return namespace;
    }

    /** Where the API server is, for messages. */
    String server() {
        return String.valueOf(client.getMasterUrl());
    }

    /** Makes the RayCluster or changes the fields that are Shakedown's. */
    void applyCluster(ObjectNode manifest) {
        GenericKubernetesResource cluster =
                client.getKubernetesSerialization()
                        .unmarshal(manifest.toString(), GenericKubernetesResource.class);
        rayClusters().resource(cluster).fieldManager(FIELD_MANAGER).serverSideApply();
    }

    void applySecret(ObjectNode manifest) {
        Secret secret =
                client.getKubernetesSerialization().unmarshal(manifest.toString(), Secret.class);
        client.secrets()
                .inNamespace(namespace)
                .resource(secret)
                .fieldManager(FIELD_MANAGER)
                .serverSideApply();
    }

    /** The object as it stands there. */
    Optional<JsonNode> cluster(String name) {
        return Optional.ofNullable(rayClusters().withName(name).get()).map(this::json);
    }

    List<GenericKubernetesResource> clusters(String selector) {
        return rayClusters().withLabelSelector(selector).list().getItems();
    }

    List<Pod> pods(String selector) {
        return client.pods().inNamespace(namespace).withLabelSelector(selector).list().getItems();
    }

    /** What was said of the RayCluster, the newest last. */
    List<Event> events(String name) {
        return client.v1()
                .events()
                .inNamespace(namespace)
                .withField("involvedObject.kind", "RayCluster")
                .withField("involvedObject.name", name)
                .list()
                .getItems();
    }

    NonNamespaceOperation<
                    GenericKubernetesResource,
                    GenericKubernetesResourceList,
                    Resource<GenericKubernetesResource>>
            rayClusters() {
        return client.genericKubernetesResources(RAY_CLUSTERS).inNamespace(namespace);
    }

    @Override
    public void close() {
        client.close();
    }

    private JsonNode json(GenericKubernetesResource resource) {
        return client.getKubernetesSerialization().convertValue(resource, JsonNode.class);
    }
}
