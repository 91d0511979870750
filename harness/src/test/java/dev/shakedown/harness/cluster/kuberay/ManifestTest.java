package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.ExistingRayClusterSpec;
import dev.shakedown.harness.scenario.KubeRaySpec;
import dev.shakedown.harness.scenario.KubeRaySpec.PodPatch;
import dev.shakedown.harness.scenario.KubeRaySpec.Rdma;
import dev.shakedown.harness.scenario.KubeRaySpec.Toleration;
import dev.shakedown.harness.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The manifests that a scenario becomes, in full. {@code -Dgolden.update=true} writes them anew.
 */
class ManifestTest {
    private static final Path GOLDEN =
            Path.of("src/test/resources/dev/shakedown/harness/cluster/kuberay");
    private static final String RUN = "20260101T000000Z-golden-abcdef";

    @TempDir private Path folder;

    @Test
    void oneNodeIsWhatTheGoldenFileSays() throws IOException {
        KubeRaySpec spec = KubeRayScenarios.PLAIN;

        requireGolden("1x8.yaml", yaml(KubeRayScenarios.of(1, 8, spec), spec));
    }

    @Test
    void twoNodesWithRdmaAndPatchesAreWhatTheGoldenFileSays() throws IOException {
        KubeRaySpec spec = everything();

        requireGolden("2x8-rdma-patched.yaml", yaml(KubeRayScenarios.of(2, 8, spec), spec));
    }

    @Test
    void loadInAPodAndAModelCacheAreWhatTheGoldenFileSays() throws IOException {
        KubeRaySpec spec = KubeRayScenarios.PLAIN;
        Path token = Files.writeString(folder.resolve("token"), "hf_secret\n");
        Scenario scenario =
                KubeRayScenarios.loadedFromAPod(
                        KubeRayScenarios.of(1, 8, spec), "/data/hub", token);

        requireGolden("1x8-load.yaml", yaml(scenario, spec));
        assertThat(manifest(scenario, spec).secret("t").path("stringData").path("hf_token"))
                .hasToString("\"hf_secret\"");
    }

    @Test
    void planIsWhatTheGoldenFileSays() throws IOException {
        KubeRaySpec spec = everything();
        Scenario scenario = KubeRayScenarios.of(2, 8, spec);

        requireGolden("plan.sh", text(new KubeRayPlan(scenario, spec, RUN).of(this::command)));
    }

    @Test
    void planThatInstallsTheOperatorIsWhatTheGoldenFileSays() throws IOException {
        KubeRaySpec spec =
                KubeRayScenarios.with(
                        KubeRayScenarios.PLAIN,
                        new KubeRaySpec.Operator(
                                Optional.of("1.7.0"),
                                Optional.of(KubeRaySpec.Operator.USUAL_CHART)));

        requireGolden(
                "plan-install.sh",
                text(
                        new KubeRayPlan(KubeRayScenarios.of(1, 8, spec), spec, RUN)
                                .of(this::command)));
    }

    @Test
    void planOnAnExistingClusterIsWhatTheGoldenFileSays() throws IOException {
        ExistingRayClusterSpec spec =
                new ExistingRayClusterSpec(
                        Optional.of("gpus"),
                        Optional.of("team-a"),
                        "theirs",
                        Optional.of("2.53.0"));
        Scenario scenario = KubeRayScenarios.of(2, 8, spec, Duration.ofMinutes(2));

        requireGolden(
                "plan-existing.sh", text(new ExistingPlan(scenario, spec, RUN).of(this::command)));
    }

    private EngineCommand command(EngineSite site) {
        return new EngineCommand(
                List.of("vllm", "serve", site.model(), "--host", site.host()), Map.of("A", "b c"));
    }

    private static String text(ProviderPlan plan) {
        return String.join("\n", plan.up())
                + "\n# engine\n"
                + String.join("\n", plan.engine())
                + "\n# down\n"
                + String.join("\n", plan.down())
                + "\n";
    }

    @Test
    void tokenIsInTheSecretOnly() {
        KubeRaySpec spec = KubeRayScenarios.PLAIN;
        Manifest manifest = manifest(KubeRayScenarios.of(2, 8, spec), spec);

        assertThat(
                        manifest.secret("very-secret")
                                .path("stringData")
                                .path("auth_token")
                                .asString(""))
                .isEqualTo("very-secret");
        assertThat(manifest.rayCluster().toString()).doesNotContain("very-secret");
    }

    @Test
    void patchThatIsNoMapIsNamed() throws IOException {
        Path patch = Files.writeString(folder.resolve("patch.yaml"), "- a\n- b\n");
        KubeRaySpec spec =
                KubeRayScenarios.spec(
                        Optional.empty(),
                        "default",
                        new PodPatch(Optional.empty(), Optional.of(patch)),
                        Map.of());

        assertThatThrownBy(() -> yaml(KubeRayScenarios.of(1, 8, spec), spec))
                .isInstanceOf(StepFailedException.class)
                .hasMessage("kuberay.podPatch cannot be read: " + patch);
    }

    private KubeRaySpec everything() throws IOException {
        Path patch =
                Files.writeString(
                        folder.resolve("worker.yaml"),
                        """
                        metadata: { annotations: { a: b } }
                        spec:
                          hostNetwork: true
                          volumes:
                            - { name: models, persistentVolumeClaim: { claimName: models } }
                          containers:
                            - name: ray
                              env: [{ name: NCCL_SOCKET_IFNAME, value: ib0 }, { name: TP_SOCKET_IFNAME, $patch: delete }]
                              resources: { limits: { memory: 512Gi } }
                              volumeMounts: [{ name: models, mountPath: /models }]
                            - { name: sidecar, image: exporter }
                        """);
        return new KubeRaySpec(
                Optional.of("gpus"),
                Optional.of("bench"),
                "vllm/vllm-openai:v0.11.0",
                Optional.of("2.53.0"),
                new KubeRaySpec.Operator(Optional.of("1.7.0"), Optional.empty()),
                new PodPatch(Optional.empty(), Optional.of(patch)),
                Map.of("pool", "h100"),
                List.of(
                        new Toleration(
                                Optional.of("nvidia.com/gpu"),
                                Optional.empty(),
                                Optional.of("NoSchedule")),
                        new Toleration(
                                Optional.of("team"), Optional.of("bench"), Optional.empty())),
                Optional.of("32Gi"),
                Optional.of(new Rdma("rdma/ib", 8)));
    }

    private static Manifest manifest(Scenario scenario, KubeRaySpec spec) {
        return new Manifest(scenario, spec, ClusterName.ofRun(RUN), Labels.of(RUN));
    }

    private static String yaml(Scenario scenario, KubeRaySpec spec) {
        return Manifest.yaml(manifest(scenario, spec).rayCluster());
    }

    private static void requireGolden(String name, String text) throws IOException {
        Path file = GOLDEN.resolve(name);
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
    }
}
