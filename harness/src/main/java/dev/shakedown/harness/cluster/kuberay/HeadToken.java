package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.ray.RayToken;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The token that the Ray of a head pod asks for: what its environment says, which is where the
 * operator's {@code authOptions} put it, too. Otherwise the user's own, in {@code RAY_AUTH_TOKEN}.
 */
final class HeadToken {
    private static final String VARIABLE = "RAY_AUTH_TOKEN";
    private static final int FORBIDDEN = 403;

    private HeadToken() {}

    /** May throw {@link StepFailedException}. */
    static Optional<String> of(Kube kube, Pod head) {
        Optional<EnvVar> variable = variable(head);
        Optional<SecretKeySelector> secret =
                variable.flatMap(known -> Optional.ofNullable(known.getValueFrom()))
                        .flatMap(from -> Optional.ofNullable(from.getSecretKeyRef()));
        if (secret.isPresent()) {
            return Optional.of(read(kube, secret.get()));
        }
        return variable.flatMap(known -> Optional.ofNullable(known.getValue()))
                .filter(value -> !value.isEmpty())
                .or(() -> RayToken.ofEnvironment(System.getenv()));
    }

    /** The name of the Secret that holds it, if one does. */
    static Optional<String> secret(Pod head) {
        return variable(head)
                .flatMap(variable -> Optional.ofNullable(variable.getValueFrom()))
                .map(EnvVarSource::getSecretKeyRef)
                .map(SecretKeySelector::getName);
    }

    private static Optional<EnvVar> variable(Pod head) {
        return head.getSpec().getContainers().stream()
                .flatMap(container -> container.getEnv().stream())
                .filter(variable -> variable.getName().equals(VARIABLE))
                .findFirst();
    }

    private static String read(Kube kube, SecretKeySelector reference) {
        String name = reference.getName();
        try {
            Optional<Secret> secret =
                    Optional.ofNullable(
                            kube.client()
                                    .secrets()
                                    .inNamespace(kube.namespace())
                                    .withName(name)
                                    .get());
            return secret.map(Secret::getData)
                    .map((Map<String, String> data) -> data.get(reference.getKey()))
                    .map(HeadToken::decoded)
                    .orElseThrow(() -> missing(kube, reference, secret.isPresent()));
        } catch (KubernetesClientException e) {
            if (e.getCode() != FORBIDDEN) {
                throw e;
            }
            return RayToken.ofEnvironment(System.getenv())
                    .orElseThrow(
                            () ->
                                    new StepFailedException(
                                            "this user may not get Secret %s in namespace %s, which holds Ray's token"
                                                    .formatted(name, kube.namespace()),
                                            "",
                                            List.of(KubeTrouble.text(e)),
                                            "ask for the right to get secrets, or for the token itself and set RAY_AUTH_TOKEN"));
        }
    }

    private static StepFailedException missing(
            Kube kube, SecretKeySelector reference, boolean there) {
        return new StepFailedException(
                there
                        ? "Secret %s in namespace %s has no key %s, which should be Ray's token"
                                .formatted(
                                        reference.getName(), kube.namespace(), reference.getKey())
                        : "there is no Secret %s in namespace %s, which should hold Ray's token"
                                .formatted(reference.getName(), kube.namespace()),
                "",
                List.of(),
                "kubectl get secrets -n " + kube.namespace());
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8).strip();
    }
}
