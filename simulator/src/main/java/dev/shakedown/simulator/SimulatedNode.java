package dev.shakedown.simulator;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * One node as Ray would list it.
 *
 * @param index among all of the cluster, from 0
 * @param id 56 hexadecimal digits
 * @param gpuUuids in the order of their index
 * @param head the first node
 */
public record SimulatedNode(
        int index, String id, String ip, String hostname, List<String> gpuUuids, boolean head) {

    public SimulatedNode {
        gpuUuids = List.copyOf(gpuUuids);
    }

    /** All nodes, the head first; the same seed gives the same ids and serials. */
    public static List<SimulatedNode> of(SimulatedCluster cluster, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return IntStream.range(0, cluster.nodes())
                .mapToObj(
                        i ->
                                new SimulatedNode(
                                        i,
                                        hex(random, 56),
                                        "10.0." + (i + 1) / 256 + "." + (i + 1) % 256,
                                        "sim-node-" + (i + 1),
                                        IntStream.range(0, cluster.gpusPerNode())
                                                .mapToObj(gpu -> uuid(random))
                                                .toList(),
                                        i == 0))
                .toList();
    }

    /** The same under another address. */
    SimulatedNode at(String address) {
        return new SimulatedNode(index, id, address, hostname, gpuUuids, head);
    }

    /** Hexadecimal digits, as Ray's ids have them. */
    public static String hex(SplittableRandom random, int digits) {
        StringBuilder text = new StringBuilder(digits);
        for (int i = 0; i < digits; i++) {
            text.append(Character.forDigit(random.nextInt(16), 16));
        }
        return text.toString();
    }

    private static String uuid(SplittableRandom random) {
        return String.join(
                "-",
                "GPU",
                hex(random, 8),
                hex(random, 4),
                hex(random, 4),
                hex(random, 4),
                hex(random, 12));
    }
}
