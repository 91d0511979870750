package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.ray.GpuHolders;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.scenario.ClusterSpec;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Scenario;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A Ray of somebody else, wherever it runs: whether it is what the scenario asks for, with all its
 * GPUs free. Methods may throw {@link dev.shakedown.harness.cluster.ray.RayRequestException}.
 */
public final class ForeignRay {
    private ForeignRay() {}

    /** Its nodes against the scenario's, and who holds its GPUs. */
    public static Check shape(RayClient ray, ClusterSpec asked) {
        String trouble = trouble(Cluster.alive(ray), asked);
        if (!trouble.isEmpty()) {
            return new Check(
                    "shape", Check.Verdict.FAILED, trouble, "correct cluster: in the scenario");
        }
        List<String> holders = GpuHolders.of(ray);
        return holders.isEmpty()
                ? new Check(
                        "shape",
                        Check.Verdict.OK,
                        "%d × %d GPUs, all free".formatted(asked.nodes(), asked.gpusPerNode()),
                        "")
                : new Check(
                        "shape",
                        Check.Verdict.FAILED,
                        "GPUs are held by others: " + String.join(", ", holders),
                        "wait until they have ended; Shakedown ends nothing that it did not start");
    }

    /** Its nodes, which may throw {@link StepFailedException} if they are not the scenario's. */
    public static List<Cluster.Node> nodes(RayClient ray, ClusterSpec asked) {
        List<Cluster.Node> nodes = Cluster.alive(ray);
        String trouble = trouble(nodes, asked);
        if (!trouble.isEmpty()) {
            throw new StepFailedException(
                    trouble, "", List.of(nodes.toString()), "correct cluster: in the scenario");
        }
        return nodes;
    }

    /** For the fingerprint. */
    public static String inWords(List<Cluster.Node> nodes) {
        return nodes.stream()
                .map(node -> "%s (%d GPUs)".formatted(node.ip(), node.gpus()))
                .collect(Collectors.joining(", "));
    }

    /**
     * What is done for the model: nothing, for its nodes are not Shakedown's to write to. May throw
     * {@link StepFailedException}.
     */
    public static String model(Scenario scenario, boolean model) {
        String name = scenario.engine().filter(_ -> model).map(EngineSpec::model).orElse("");
        if (name.equals(EngineSpec.BUILTIN_TINY)) {
            throw new StepFailedException(
                    "builtin:tiny cannot be made on a Ray of somebody else",
                    "",
                    List.of("engine.model: " + name),
                    "name a model that its nodes have, or can download");
        }
        return name.isEmpty()
                ? "no engine will start, so no model"
                : name + ": left to vLLM on its node, within deadlines.engineUp";
    }

    private static String trouble(List<Cluster.Node> nodes, ClusterSpec asked) {
        List<Integer> gpus =
                nodes.stream().map(Cluster.Node::gpus).filter(count -> count > 0).toList();
        boolean same =
                gpus.size() == asked.nodes()
                        && gpus.stream().allMatch(count -> count == asked.gpusPerNode());
        return same
                ? ""
                : "the scenario asks for %d × %d GPUs, Ray has nodes with %s"
                        .formatted(asked.nodes(), asked.gpusPerNode(), gpus);
    }
}
