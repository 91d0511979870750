package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.ssh.SshRayCommands.Node;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Where the nodes of a cluster on hosts are, as a ledger keeps it. */
final class SshLayout {
    private static final String FOLDER = "folder";

    private SshLayout() {}

    static Map<String, String> text(String folder, List<Node> nodes) {
        Map<String, String> text = new TreeMap<>();
        text.put(FOLDER, folder);
        for (Node node : nodes) {
            String prefix = prefix(node.index());
            text.put(prefix + "name", node.name());
            text.put(prefix + "interface", node.route().networkInterface());
            text.put(prefix + "address", node.route().address());
            text.put(prefix + "physicalGpus", String.valueOf(node.physicalGpus()));
        }
        return text;
    }

    static String folder(Map<String, String> text) {
        return text.getOrDefault(FOLDER, "");
    }

    /** With the same GPUs of each host, which the scenario says. */
    static List<Node> nodes(Map<String, String> text, List<Integer> gpus) {
        return IntStream.iterate(0, i -> text.containsKey(prefix(i) + "name"), i -> i + 1)
                .mapToObj(i -> node(text, i, gpus))
                .toList();
    }

    private static Node node(Map<String, String> text, int index, List<Integer> gpus) {
        String prefix = prefix(index);
        return new Node(
                text.getOrDefault(prefix + "name", ""),
                index,
                new HostFacts.Route(
                        text.getOrDefault(prefix + "interface", ""),
                        text.getOrDefault(prefix + "address", "")),
                gpus,
                Boolean.parseBoolean(text.getOrDefault(prefix + "physicalGpus", "")));
    }

    private static String prefix(int index) {
        return "node " + index + " ";
    }
}
