package dev.shakedown.simulator.ray;

import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.engine.Gpu;
import dev.shakedown.simulator.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Monte-Carlo-Pi job as the simulator runs it: the real job's lines, in two to four seconds.
 * Hits in the circle are drawn from the normal approximation of the binomial distribution, so π is
 * honest; GB/s scatters by 1 % around three quarters of the GPU's bandwidth.
 */
final class PiJob {
    private static final double BANDWIDTH_SHARE = 0.75;
    private static final double SCATTER = 0.01;
    private static final double SAMPLES_PER_SECOND = 5e6;
    private static final double SPREAD_SECONDS = 0.1;

    private final PiArguments arguments;
    private final List<SimulatedNode> nodes;
    private final Gpu gpu;
    private final SplittableRandom random;
    private final List<Step> steps = new ArrayList<>();

    PiJob(PiArguments arguments, List<SimulatedNode> nodes, Gpu gpu, long seed) {
        this.arguments = arguments;
        this.nodes = nodes;
        this.gpu = gpu;
        this.random = new SplittableRandom(seed);
    }

    /**
     * @param at share of the whole run, 0 to 1
     */
    record Step(double at, String text) {}

    /** The lines, and how the process would exit. */
    record Script(List<Step> steps, int exitCode) {}

    /** One task's place. */
    private record Place(int task, SimulatedNode node, int gpu) {}

    /**
     * @param gpusTaken on each node, by an engine or another job
     */
    Script script(int gpusTaken) {
        start();
        note();
        int there = nodes.getFirst().gpuUuids().size();
        boolean enough =
                arguments.nodes() <= nodes.size() && arguments.gpusPerNode() <= there - gpusTaken;
        if (!enough) {
            pending(gpusTaken);
            return new Script(steps, 1);
        }
        long inside = 0;
        List<Place> places = places();
        for (Place place : places) {
            inside += run(place);
        }
        end(inside, arguments.samplesPerTask() * places.size());
        return new Script(steps, 0);
    }

    private void start() {
        ObjectNode line = step("start").put("tasks", arguments.nodes() * arguments.gpusPerNode());
        line.put("samplesPerTask", arguments.samplesPerTask());
        line.put("burnSeconds", arguments.burnSeconds());
        line.put("matrixSize", arguments.matrixSize());
        ArrayNode all = line.putArray("nodes");
        nodes.forEach(
                node ->
                        all.addObject()
                                .put("nodeId", node.id())
                                .put("nodeIp", node.ip())
                                .put("gpus", node.gpuUuids().size()));
        say(0, line);
    }

    private void note() {
        say(0, step("note").put("text", "SIMULATED: no GPU did this work"));
    }

    private List<Place> places() {
        List<Place> places = new ArrayList<>();
        for (SimulatedNode node : nodes.subList(0, arguments.nodes())) {
            for (int i = 0; i < arguments.gpusPerNode(); i++) {
                places.add(new Place(places.size(), node, i));
            }
        }
        return places;
    }

    private long run(Place place) {
        double begin = .1 + .1 * random.nextDouble();
        double end = .8 + .15 * random.nextDouble();
        say(begin, task("placed", place).put("cudaVisibleDevices", String.valueOf(place.gpu)));
        say(
                begin,
                step("gpu")
                        .put("task", place.task)
                        .put("nodeId", place.node.id())
                        .put("gpuUuid", place.node.gpuUuids().get(place.gpu))
                        .put("smClockMhz", gpu.smClockMhz())
                        .put("throttleReasons", "none"));
        long samples = arguments.samplesPerTask();
        for (int tenth = 1; tenth <= 10; tenth++) {
            ObjectNode progress = step("progress").put("task", place.task);
            progress.put("nodeId", place.node.id()).put("done", samples * tenth / 10);
            say(begin + (end - begin) * tenth / 11, progress.put("total", samples));
        }
        long inside = inside(samples);
        ObjectNode line = task("task", place).put("cudaVisibleDevices", String.valueOf(place.gpu));
        line.put("gpuUuid", place.node.gpuUuids().get(place.gpu)).put("samples", samples);
        line.put("inside", inside).put("seconds", seconds());
        if (arguments.burnSeconds() > 0) {
            line.put("gbPerSecond", gbPerSecond());
        } else {
            line.putNull("gbPerSecond");
        }
        say(end, line.put("result", "ok").putNull("error"));
        return inside;
    }

    private long inside(long samples) {
        double share = Math.PI / 4;
        double deviation = Math.sqrt(samples * share * (1 - share));
        long drawn = Math.round(samples * share + deviation * random.nextGaussian());
        return Math.clamp(drawn, 0, samples);
    }

    private double seconds() {
        double work = arguments.burnSeconds() + arguments.samplesPerTask() / SAMPLES_PER_SECOND;
        return Math.round(1000 * (work + SPREAD_SECONDS * random.nextDouble())) / 1e3;
    }

    private double gbPerSecond() {
        double scattered = 1 + SCATTER * Math.clamp(random.nextGaussian(), -3, 3);
        return Math.round(gpu.bandwidth() / 1e8 * BANDWIDTH_SHARE * scattered) / 10.0;
    }

    private void pending(int gpusTaken) {
        int there = nodes.getFirst().gpuUuids().size();
        int first = arguments.nodes() > nodes.size() ? nodes.size() * there : there - gpusTaken;
        String reason =
                "waiting for 1 GPU: the cluster has %d nodes with %d GPUs, %d of them taken on each"
                        .formatted(nodes.size(), there, gpusTaken);
        for (int i = 1; i <= 3; i++) {
            say(.25 * i, step("pending").put("task", Math.max(0, first)).put("reason", reason));
        }
        ObjectNode line = step("end").put("result", "error").putNull("pi");
        line.put("samples", 0).put("inside", 0).put("seconds", arguments.timeoutSeconds());
        say(1, line.put("error", "not started within the timeout: " + reason));
    }

    private void end(long inside, long samples) {
        ObjectNode line = step("end").put("result", "ok").put("pi", 4.0 * inside / samples);
        line.put("samples", samples).put("inside", inside).put("seconds", seconds());
        say(1, line.putNull("error"));
    }

    private static ObjectNode task(String step, Place place) {
        return step(step)
                .put("task", place.task)
                .put("nodeId", place.node.id())
                .put("nodeIp", place.node.ip())
                .put("hostname", place.node.hostname());
    }

    private static ObjectNode step(String name) {
        return Json.object().put("step", name);
    }

    private void say(double at, ObjectNode line) {
        steps.add(new Step(at, Json.write(line)));
    }
}
