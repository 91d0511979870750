package dev.shakedown.harness.cluster.process;

import dev.shakedown.harness.cluster.Cluster;
import java.util.List;
import java.util.Map;

/**
 * A cluster that stays up after its run, as the ledger describes it.
 *
 * @param scenario name of the one that it was made for
 * @param asked for what: each block of that scenario which says how nodes start, as JSON text
 * @param dashboard of Ray, as the run reached it
 * @param fingerprint what the run's provider knew of it
 * @param layout what the provider needs to take it up again; nothing secret
 */
public record KeptCluster(
        String scenario,
        Map<String, String> asked,
        String dashboard,
        List<Cluster.Node> nodes,
        Map<String, String> fingerprint,
        Map<String, String> layout) {
    /** Key of a layout whose value tells a person how the dashboard is reached from here. */
    public static final String REACH = "how to reach it";

    public KeptCluster {
        asked = Map.copyOf(asked);
        nodes = List.copyOf(nodes);
        fingerprint = Map.copyOf(fingerprint);
        layout = Map.copyOf(layout);
    }

    /** {@code 2 × 8 GPUs}, as it was when the run left it. */
    public String shape() {
        int gpus = nodes.stream().mapToInt(Cluster.Node::gpus).max().orElse(0);
        long having = nodes.stream().filter(node -> node.gpus() > 0).count();
        return having + " × " + gpus + (gpus == 1 ? " GPU" : " GPUs");
    }
}
