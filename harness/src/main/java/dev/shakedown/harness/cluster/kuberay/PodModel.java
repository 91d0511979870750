package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.cluster.local.TinyModel;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Scenario;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The model of an engine in a pod. {@code builtin:tiny} is in no image and on no hub: whoever
 * starts vLLM makes its folder first.
 */
final class PodModel {
    private PodModel() {}

    /** As {@code vllm serve} takes it. */
    static String of(Scenario scenario) {
        return isTiny(scenario)
                ? tinyFolder()
                : scenario.engine().map(EngineSpec::model).orElse("");
    }

    /** A shell line that has the model before it runs {@code vllm}. */
    static String before(Scenario scenario, String vllm) {
        return isTiny(scenario) ? make() + " && exec " + vllm : vllm;
    }

    /** A shell line that makes it in a pod; none for a model that vLLM finds itself. */
    static Optional<String> making(Scenario scenario) {
        return isTiny(scenario) ? Optional.of(make()) : Optional.empty();
    }

    private static String make() {
        return ShellWords.line(
                Map.of(), List.of("python3", "-c", TinyModel.script(), tinyFolder()));
    }

    private static boolean isTiny(Scenario scenario) {
        return scenario.engine()
                .filter(engine -> engine.model().equals(EngineSpec.BUILTIN_TINY))
                .isPresent();
    }

    private static String tinyFolder() {
        return "/tmp/shakedown-" + TinyModel.name();
    }
}
