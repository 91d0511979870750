package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.scenario.ClusterSpec;
import dev.shakedown.harness.scenario.Deadlines;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.KubeRaySpec;
import dev.shakedown.harness.scenario.LoadFrom;
import dev.shakedown.harness.scenario.Parallelism;
import dev.shakedown.harness.scenario.Provider;
import dev.shakedown.harness.scenario.ProviderSpec;
import dev.shakedown.harness.scenario.Scenario;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Scenarios for tests of the provider kuberay. */
final class KubeRayScenarios {
    static final KubeRaySpec PLAIN = in("default");

    private KubeRayScenarios() {}

    static KubeRaySpec in(String namespace) {
        return spec(Optional.empty(), namespace, KubeRaySpec.PodPatch.NONE, Map.of());
    }

    static KubeRaySpec spec(
            Optional<String> context,
            String namespace,
            KubeRaySpec.PodPatch patch,
            Map<String, String> selector) {
        return new KubeRaySpec(
                context,
                Optional.of(namespace),
                "vllm/vllm-openai:v0.11.0",
                Optional.empty(),
                KubeRaySpec.Operator.ANY,
                patch,
                selector,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** With a load pod, a folder of the nodes for models, and a token to get them. */
    static Scenario loadedFromAPod(Scenario plain, String modelCache, Path token) {
        EngineSpec engine = plain.engine().orElseThrow();
        return new Scenario(
                plain.name(),
                plain.question(),
                plain.cluster(),
                plain.provider(),
                Optional.of(
                        new EngineSpec(
                                engine.model(),
                                engine.servedModelName(),
                                engine.quantization(),
                                engine.parallelism(),
                                engine.executor(),
                                engine.args(),
                                Map.of(EngineSpec.MODEL_CACHE, modelCache),
                                Optional.of(token))),
                plain.smoke(),
                plain.load(),
                plain.series(),
                new LoadFrom.Pod(),
                plain.limits(),
                plain.expectedTransport(),
                plain.slo(),
                plain.deadlines(),
                plain.source(),
                plain.resolved());
    }

    static KubeRaySpec with(KubeRaySpec spec, KubeRaySpec.Operator operator) {
        return new KubeRaySpec(
                spec.context(),
                spec.namespace(),
                spec.image(),
                spec.rayVersion(),
                operator,
                spec.podPatch(),
                spec.nodeSelector(),
                spec.tolerations(),
                spec.shm(),
                spec.rdma());
    }

    static Scenario of(int nodes, int gpusPerNode, KubeRaySpec spec) {
        return of(nodes, gpusPerNode, spec, Duration.ofMinutes(2));
    }

    static Scenario of(int nodes, int gpusPerNode, ProviderSpec spec, Duration clusterUp) {
        EngineSpec engine =
                new EngineSpec(
                        "facebook/opt-125m",
                        Optional.empty(),
                        Optional.empty(),
                        new Parallelism(gpusPerNode, nodes, 1),
                        EngineSpec.Executor.RAY,
                        List.of(),
                        Map.of("NCCL_DEBUG", "WARN"),
                        Optional.empty());
        Deadlines usual = Deadlines.DEFAULT;
        return new Scenario(
                "test",
                "Does it start?",
                new ClusterSpec(Provider.KUBERAY, nodes, gpusPerNode, Optional.empty()),
                spec,
                Optional.of(engine),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new LoadFrom.Here(),
                List.of(),
                Optional.empty(),
                Map.of(),
                new Deadlines(
                        usual.modelReady(),
                        clusterUp,
                        usual.smoke(),
                        usual.fabric(),
                        usual.engineUp(),
                        usual.engineSilence(),
                        usual.drain()),
                Path.of("test.yaml"),
                Map.of());
    }
}
