package dev.shakedown.workloads.smoke;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Holds the lines of a Pi job against the cluster's shape. */
public record SmokeCheck(int nodes, int gpusPerNode) {
    private static final double STANDARD_ERRORS = 5;
    private static final double SLOW = 0.9;

    /** What the lines prove; lines that stop without an end are a job that did not finish. */
    public SmokeOutcome outcome(List<PiLine> lines) {
        List<PiLine.Task> tasks = of(PiLine.Task.class, lines);
        Optional<PiLine.End> end = of(PiLine.End.class, lines).stream().findFirst();
        Optional<String> failure = failure(tasks, end);
        if (failure.isPresent()) {
            return new SmokeOutcome.NotFinished(failure.get());
        }
        List<String> idle = idle(lines, tasks);
        return idle.isEmpty() ? answer(tasks) : new SmokeOutcome.WrongPlacement(idle);
    }

    /**
     * GPUs under 90 % of the median bandwidth of all others; none where bandwidths are not known.
     */
    public static List<SlowGpu> slowGpus(List<PiLine> lines) {
        List<PiLine.Task> measured =
                of(PiLine.Task.class, lines).stream()
                        .filter(task -> task.gbPerSecond().isPresent())
                        .toList();
        List<SlowGpu> slow = new ArrayList<>();
        for (PiLine.Task task : measured) {
            double[] peers =
                    measured.stream()
                            .filter(other -> other.task() != task.task())
                            .mapToDouble(other -> other.gbPerSecond().orElseThrow())
                            .sorted()
                            .toArray();
            double speed = task.gbPerSecond().orElseThrow();
            if (peers.length > 0 && speed < SLOW * median(peers)) {
                slow.add(slow(task, median(peers), lines));
            }
        }
        return slow;
    }

    /** Five standard errors of π estimated from n points: 4·Binomial(n, π/4)/n. */
    static double tolerance(long samples) {
        return STANDARD_ERRORS * Math.sqrt(Math.PI * (4 - Math.PI) / samples);
    }

    private static Optional<String> failure(List<PiLine.Task> tasks, Optional<PiLine.End> end) {
        if (end.isEmpty()) {
            return Optional.of("the job's last line is missing");
        }
        return end.get()
                .error()
                .or(() -> tasks.stream().flatMap(task -> task.error().stream()).findFirst());
    }

    private SmokeOutcome answer(List<PiLine.Task> tasks) {
        long samples = tasks.stream().mapToLong(PiLine.Task::samples).sum();
        double pi = 4.0 * tasks.stream().mapToLong(PiLine.Task::inside).sum() / samples;
        double tolerance = tolerance(samples);
        return Math.abs(pi - Math.PI) < tolerance
                ? new SmokeOutcome.Passed(pi, samples, tasks.size())
                : new SmokeOutcome.WrongAnswer(pi, samples, tolerance);
    }

    private List<String> idle(List<PiLine> lines, List<PiLine.Task> tasks) {
        Map<String, Set<String>> worked = workedByNode(lines, tasks);
        List<String> idle = new ArrayList<>();
        worked.forEach(
                (node, gpus) -> {
                    if (gpus.size() < gpusPerNode) {
                        idle.add(idleOn(node, gpus));
                    }
                });
        long full = worked.values().stream().filter(gpus -> gpus.size() >= gpusPerNode).count();
        if (worked.size() < nodes) {
            idle.add(
                    "all %d GPUs of %d more node(s)".formatted(gpusPerNode, nodes - worked.size()));
        }
        return full >= nodes ? List.of() : idle;
    }

    private String idleOn(String node, Set<String> worked) {
        List<String> missing =
                IntStream.range(0, gpusPerNode)
                        .mapToObj(Integer::toString)
                        .filter(gpu -> !worked.contains(gpu))
                        .toList();
        // Where a site numbers GPUs otherwise (UUIDs, a subset), the count is all that is sure.
        return missing.size() == gpusPerNode - worked.size()
                ? "GPU " + String.join(", ", missing) + " of " + node
                : (gpusPerNode - worked.size()) + " GPU(s) of " + node + " besides " + worked;
    }

    /** Node ids can share an address, so the text that names a node holds both. */
    private static Map<String, Set<String>> workedByNode(
            List<PiLine> lines, List<PiLine.Task> tasks) {
        Map<String, Set<String>> worked = new LinkedHashMap<>();
        for (PiLine.Start start : of(PiLine.Start.class, lines)) {
            start.nodes().forEach(n -> worked.put(name(n.nodeIp(), n.nodeId()), new TreeSet<>()));
        }
        Set<String> uuids = new HashSet<>();
        for (PiLine.Task task : tasks) {
            // Two numbers with one UUID are one GPU.
            boolean fresh = task.gpuUuid().map(uuids::add).orElse(true);
            if (fresh && task.samples() > 0 && task.cudaVisibleDevices().isPresent()) {
                worked.computeIfAbsent(name(task.nodeIp(), task.nodeId()), any -> new TreeSet<>())
                        .add(task.cudaVisibleDevices().get());
            }
        }
        return worked;
    }

    private static String name(String ip, String nodeId) {
        return ip + " (node " + nodeId.substring(0, Math.min(8, nodeId.length())) + ")";
    }

    private static SlowGpu slow(PiLine.Task task, double peersMedian, List<PiLine> lines) {
        Optional<PiLine.GpuState> state =
                of(PiLine.GpuState.class, lines).stream()
                        .filter(gpu -> gpu.task() == task.task())
                        .findFirst();
        return new SlowGpu(
                task.gpuUuid().orElse("GPU " + task.cudaVisibleDevices().orElse("?")),
                task.nodeIp(),
                task.hostname(),
                task.gbPerSecond().orElseThrow(),
                peersMedian,
                state);
    }

    private static double median(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static <T extends PiLine> List<T> of(Class<T> kind, List<PiLine> lines) {
        return lines.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
