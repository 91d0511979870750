package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.real.ShakedownProcess;
import dev.shakedown.harness.scenario.KubeRaySpec;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control plane without KubeRay's CRD, or with one of another version only. */
class KubeRayDefinitionK8sIT {
    private static final String CRD = "rayclusters.ray.io";
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String SCENARIO =
            """
            schemaVersion: 1
            name: no-crd
            question: Is it named?
            cluster: { provider: kuberay, nodes: 2, gpusPerNode: 8 }
            kuberay: { namespace: %s, image: vllm/vllm-openai:v0.11.0 }
            """;

    @TempDir private Path folder;
    private Rig rig;
    private CustomResourceDefinition definition;

    @BeforeEach
    void start() throws Exception {
        rig = new Rig();
        // It would look for RayClusters.
        rig.operator.close();
        definition =
                rig.client().apiextensions().v1().customResourceDefinitions().withName(CRD).get();
    }

    @AfterEach
    void end() {
        remove();
        apply("v1");
        rig.close();
    }

    @Test
    void absentDefinitionIsNamedBeforeAnythingIsMade() throws Exception {
        remove();
        List<String> before = secrets();

        try (ShakedownProcess run = run()) {
            assertThat(run.exitCode(PATIENCE)).as(run.tail()).isEqualTo(3);
            assertThat(run.tail())
                    .contains("there is no CRD rayclusters.ray.io in " + rig.kube.server())
                    .contains("helm install kuberay-operator")
                    .contains("which brings its CRDs");
        }
        assertThat(secrets()).isEqualTo(before);
    }

    @Test
    void definitionOfAnotherVersionIsNamedWithWhatItServes() throws Exception {
        remove();
        apply("v1alpha1");

        try (ShakedownProcess run = run()) {
            assertThat(run.exitCode(PATIENCE)).as(run.tail()).isEqualTo(3);
            assertThat(run.tail())
                    .contains(
                            "the CRD rayclusters.ray.io is too old: it serves ray.io/v1alpha1, Shakedown needs ray.io/v1")
                    .contains("kubectl apply --server-side -f kuberay-operator/crds");
        }
    }

    @Test
    void definitionThatGoesAfterPreflightIsNamedAndNothingStays() {
        remove();
        List<String> before = secrets();
        KubeRaySpec spec = KubeRayScenarios.in(rig.namespace());
        KubeRayProvider provider =
                new KubeRayProvider(
                        KubeRayScenarios.of(2, 8, spec),
                        spec,
                        "20260101T000000Z-gone-abcdef",
                        folder);

        StepFailedException failed =
                catchThrowableOfType(StepFailedException.class, () -> provider.up(Progress.SILENT));
        assertThat(secrets()).hasSize(before.size() + 1);
        provider.down();

        assertThat(failed.what())
                .isEqualTo("there is no CRD rayclusters.ray.io in " + rig.kube.server());
        assertThat(secrets()).isEqualTo(before);
    }

    private ShakedownProcess run() throws IOException {
        Path scenario =
                Files.writeString(
                        folder.resolve("no-crd.yaml"), SCENARIO.formatted(rig.namespace()));
        return ShakedownProcess.run(folder, scenario);
    }

    private List<String> secrets() {
        return rig.client().secrets().inNamespace(rig.namespace()).list().getItems().stream()
                .map(secret -> secret.getMetadata().getName())
                .toList();
    }

    private void remove() {
        var there = rig.client().apiextensions().v1().customResourceDefinitions().withName(CRD);
        there.delete();
        there.waitUntilCondition(crd -> crd == null, 60, TimeUnit.SECONDS);
        rig.awaitServed("v1", false);
        rig.awaitServed("v1alpha1", false);
    }

    private void apply(String version) {
        CustomResourceDefinition other =
                new CustomResourceDefinitionBuilder()
                        .withNewMetadata()
                        .withName(CRD)
                        .endMetadata()
                        .withSpec(definition.getSpec())
                        .editSpec()
                        .editFirstVersion()
                        .withName(version)
                        .endVersion()
                        .endSpec()
                        .build();
        rig.client().resource(other).create();
        rig.awaitServed(version, true);
    }
}
