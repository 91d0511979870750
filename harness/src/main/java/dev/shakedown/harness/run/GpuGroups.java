package dev.shakedown.harness.run;

import dev.shakedown.harness.run.GpuRecord.Gpu;
import dev.shakedown.harness.scenario.Parallelism;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * GPUs whose ranks do the same work at the same time. vLLM gives the ranks of a tensor-parallel
 * group GPUs that follow each other, of one node where they fit; which group is which makes no
 * difference here.
 */
final class GpuGroups {
    private GpuGroups() {}

    /**
     * Those of at least two GPUs. None where more GPUs are seen than the engine uses, as a
     * dcgm-exporter shows all of a node: which of them it uses is not known then.
     *
     * @param gpus by node and index
     */
    static List<List<Gpu>> of(Collection<Gpu> gpus, Parallelism split) {
        int size = split.tensor();
        if (size < 2 || gpus.size() > split.worldSize()) {
            return List.of();
        }
        Map<String, List<Gpu>> byNode =
                gpus.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Gpu::node, LinkedHashMap::new, Collectors.toList()));
        boolean fits = byNode.values().stream().allMatch(node -> node.size() >= size);
        Collection<List<Gpu>> whole = fits ? byNode.values() : List.of(List.copyOf(gpus));
        List<List<Gpu>> groups = new ArrayList<>();
        for (List<Gpu> part : whole) {
            for (int from = 0; from + size <= part.size(); from += size) {
                groups.add(part.subList(from, from + size));
            }
        }
        return groups;
    }

    /** The number of each GPU's group; those that are in none are left out. */
    static Map<Gpu, Integer> numbers(List<List<Gpu>> groups) {
        Map<Gpu, Integer> numbers = new TreeMap<>();
        for (int i = 0; i < groups.size(); i++) {
            for (Gpu gpu : groups.get(i)) {
                numbers.put(gpu, i);
            }
        }
        return numbers;
    }
}
