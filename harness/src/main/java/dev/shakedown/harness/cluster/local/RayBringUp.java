package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.ProcessSpec;
import dev.shakedown.harness.cluster.process.ProcessTree;
import dev.shakedown.harness.cluster.process.StartedProcess;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Starts the nodes and waits until all of them are registered. {@code ray start} retries a head
 * that it cannot reach for minutes; the deadline here is the scenario's.
 */
final class RayBringUp {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int TAIL = 12;

    private final RayCommands commands;
    private final ProcessTree tree;
    private final Path logs;
    private final Progress progress;
    private final Map<PlannedNode, StartedProcess> started = new HashMap<>();
    private final long deadlineNanos;
    private List<Cluster.Node> registered = List.of();
    private String lastAnswer = "the dashboard was not asked yet";

    RayBringUp(RayCommands commands, ProcessTree tree, Path logs, Progress progress) {
        this.commands = commands;
        this.tree = tree;
        this.logs = logs;
        this.progress = progress;
        this.deadlineNanos =
                System.nanoTime() + commands.scenario().deadlines().clusterUp().toNanos();
    }

    Cluster up(String token) {
        RayLayout layout = commands.layout();
        PlannedNode head = layout.nodes().getFirst();
        start(head);
        await("the head's GCS at " + layout.gcsAddress(), () -> gcsAccepts(layout));
        progress.say("Ray head is up at " + layout.gcsAddress());
        URI dashboard = URI.create(layout.dashboard());
        try (RayClient ray = new RayClient(dashboard, Optional.of(token), PATIENCE)) {
            if (layout.nodes().size() > 1) {
                // A worker that comes before the head's own raylet gives up after some seconds.
                await("the head node", () -> complete(ray, 1));
                layout.nodes().stream().skip(1).forEach(this::start);
            }
            await(
                    "%d nodes with %d GPUs each".formatted(layout.nodes().size(), gpusPerNode()),
                    () -> complete(ray, layout.nodes().size()));
        }
        return new Cluster(Optional.of(dashboard), Optional.of(token), registered);
    }

    private static boolean gcsAccepts(RayLayout layout) {
        return Ports.accepts(layout.address().ip(), layout.gcsPort());
    }

    private int gpusPerNode() {
        return commands.scenario().cluster().gpusPerNode();
    }

    /** A dashboard that does not answer yet knows of no node. */
    private boolean complete(RayClient ray, int nodes) {
        try {
            registered = Cluster.alive(ray);
            lastAnswer = "registered: " + registered;
        } catch (RayRequestException notYet) {
            lastAnswer = notYet.getMessage();
            return false;
        }
        long whole = registered.stream().filter(node -> node.gpus() == gpusPerNode()).count();
        progress.bar("Ray nodes", whole / (double) commands.layout().nodes().size());
        return whole == nodes;
    }

    private void start(PlannedNode node) {
        try {
            Files.createDirectories(node.folder());
        } catch (IOException e) {
            throw new StepFailedException(
                    "no temporary folder for Ray: " + e.getMessage(), node.name(), List.of(), "");
        }
        started.put(
                node,
                tree.start(
                        new ProcessSpec(
                                "Ray " + node.name(),
                                commands.start(node),
                                commands.nodeEnv(node),
                                logs.resolve(node.name()).resolve("ray-start.log"))));
    }

    private void await(String what, BooleanSupplier reached) {
        while (!reached.getAsBoolean()) {
            started.forEach(this::requireAlive);
            if (System.nanoTime() > deadlineNanos) {
                throw new StepFailedException(
                        "Ray did not register %s within %d s"
                                .formatted(
                                        what,
                                        commands.scenario().deadlines().clusterUp().toSeconds()),
                        "",
                        lastLines(),
                        "the nodes' logs are under " + logs);
            }
            pause();
        }
    }

    private void requireAlive(PlannedNode node, StartedProcess process) {
        if (process.exitStatus().isPresent()) {
            throw new StepFailedException(
                    "ray start ended with status " + process.exitStatus().getAsInt(),
                    node.name(),
                    tail(process.log()),
                    "the whole output: " + process.log());
        }
    }

    private List<String> lastLines() {
        return Stream.concat(
                        Stream.of(lastAnswer),
                        started.values().stream().flatMap(p -> tail(p.log()).stream()))
                .toList();
    }

    private static List<String> tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.subList(Math.max(0, lines.size() - TAIL), lines.size());
        } catch (IOException e) {
            return List.of();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailedException("interrupted while Ray came up", "", List.of(), "");
        }
    }
}
