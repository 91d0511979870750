package dev.shakedown.harness.cluster.ray;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.InParallel;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Starts Ray's nodes, wherever they are, and waits until all of them are registered. {@code ray
 * start} retries a head that it cannot reach for minutes; the deadline here is the scenario's.
 */
public final class RayBringUp {
    private static final int TAIL = 12;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final RayClient ray;
    private final List<Node> nodes;
    private final Duration limit;
    private final Progress progress;
    private final long deadlineNanos;
    private final Map<String, Started> started = new LinkedHashMap<>();
    private List<Cluster.Node> registered = List.of();
    private String lastAnswer = "the dashboard was not asked yet";

    /**
     * A node that is not started yet.
     *
     * @param name for messages
     * @param gpus that it is to register
     */
    public record Node(String name, int gpus, Starter starter) {}

    /** Starts a node's {@code ray start --block} without waiting for it. */
    public interface Starter {
        /** May throw {@link StepFailedException}. */
        Started start();
    }

    /** A node's {@code ray start}. Every method may take a round trip to its host. */
    public interface Started {
        /** Its exit status if it has ended, which it must not. */
        Optional<Integer> ended();

        /** The end of its output. */
        List<String> tail();

        /** Where the whole output is. */
        String log();

        /** The end of an output that is a file here; nothing where that cannot be read. */
        static List<String> tail(Path file) {
            try {
                List<String> lines = Files.readAllLines(file);
                return lines.subList(Math.max(0, lines.size() - TAIL), lines.size());
            } catch (IOException unreadable) {
                return List.of();
            }
        }
    }

    /**
     * @param nodes the head first
     */
    public RayBringUp(RayClient ray, List<Node> nodes, Duration limit, Progress progress) {
        this.ray = ray;
        this.nodes = List.copyOf(nodes);
        this.limit = limit;
        this.progress = progress;
        this.deadlineNanos = System.nanoTime() + limit.toNanos();
    }

    /** The nodes as Ray lists them, all alive and with all their GPUs. */
    public List<Cluster.Node> up() {
        start(nodes.getFirst());
        // A worker that comes before the head's own raylet gives up after some seconds.
        await("the head node", 1);
        progress.say("Ray head is up on " + nodes.getFirst().name());
        startWorkers();
        await("%d nodes with %d GPUs each".formatted(nodes.size(), gpus()), nodes.size());
        return registered;
    }

    private int gpus() {
        return nodes.getFirst().gpus();
    }

    private void startWorkers() {
        InParallel.all(nodes.subList(1, nodes.size()), this::start);
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted();
        }
    }

    private Started start(Node node) {
        Started process = node.starter().start();
        synchronized (started) {
            started.put(node.name(), process);
        }
        return process;
    }

    private void await(String what, int wanted) {
        while (!complete(wanted)) {
            started.forEach(this::requireAlive);
            if (System.nanoTime() > deadlineNanos) {
                throw new StepFailedException(
                        "Ray did not register %s within %d s".formatted(what, limit.toSeconds()),
                        "",
                        lastLines(),
                        "the nodes' logs are in this run's directory, under logs");
            }
            pause();
        }
    }

    /** A dashboard that does not answer yet knows of no node. */
    private boolean complete(int wanted) {
        try {
            registered = Cluster.alive(ray);
            lastAnswer = "registered: " + registered;
        } catch (RayRequestException notYet) {
            lastAnswer = notYet.getMessage();
            return false;
        }
        long whole = registered.stream().filter(node -> node.gpus() == gpus()).count();
        progress.bar("Ray nodes", whole / (double) nodes.size());
        // All nodes of a simulated cluster are there at once; one too many is somebody else's.
        return wanted < nodes.size() ? whole >= wanted : whole == wanted;
    }

    private void requireAlive(String name, Started process) {
        process.ended()
                .ifPresent(
                        status -> {
                            throw new StepFailedException(
                                    "ray start ended with status " + status,
                                    name,
                                    process.tail(),
                                    "the whole output: " + process.log());
                        });
    }

    private List<String> lastLines() {
        return Stream.concat(
                        Stream.of(lastAnswer),
                        started.entrySet().stream()
                                .flatMap(
                                        node ->
                                                node.getValue().tail().stream()
                                                        .map(line -> node.getKey() + ": " + line)))
                .toList();
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static StepFailedException interrupted() {
        Thread.currentThread().interrupt();
        return new StepFailedException("interrupted while Ray came up", "", List.of(), "");
    }
}
