package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.ray.GpuHolders;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.scenario.ClusterSpec;
import java.util.List;

/** Whether a Ray of somebody else is what the scenario asks for, with all its GPUs free. */
final class ForeignRayShape {
    private ForeignRayShape() {}

    static Check check(RayClient ray, ClusterSpec asked) {
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

    /** May throw {@link StepFailedException}. */
    static void require(List<Cluster.Node> nodes, ClusterSpec asked) {
        String trouble = trouble(nodes, asked);
        if (!trouble.isEmpty()) {
            throw new StepFailedException(
                    trouble, "", List.of(nodes.toString()), "correct cluster: in the scenario");
        }
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
