package dev.shakedown.simulator.ray;

import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.engine.Gpu;
import dev.shakedown.simulator.fault.Effect;
import dev.shakedown.simulator.fault.Faults;
import dev.shakedown.simulator.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private final Faults faults;
    private final SplittableRandom random;
    private final List<Script.Step> steps = new ArrayList<>();

    PiJob(PiArguments arguments, List<SimulatedNode> nodes, Gpu gpu, Faults faults) {
        this.arguments = arguments;
        this.nodes = nodes;
        this.gpu = gpu;
        this.faults = faults;
        this.random = new SplittableRandom(arguments.seed());
    }

    /** One task's place. */
    private record Place(int task, SimulatedNode node, int gpu) {}

    /**
     * @param gpusTaken on each node, by an engine
     */
    Script script(List<Integer> gpusTaken) {
        int there = nodes.getFirst().gpuUuids().size();
        int missing =
                arguments.gpusPerNode() > there
                        ? arguments.nodes()
                        : arguments.nodes() - nodes.size();
        if (missing > 0) {
            failure(
                    "%d node(s) with %d GPU(s) wanted, %d missing: %s"
                            .formatted(
                                    arguments.nodes(), arguments.gpusPerNode(), missing, there()));
            return new Script(steps, 1);
        }
        start();
        note();
        List<Place> places = places();
        List<Place> blocked = places.stream().filter(p -> taken(p, gpusTaken)).toList();
        if (!blocked.isEmpty()) {
            pending(blocked, gpusTaken, places.size());
            return new Script(steps, 1);
        }
        List<Place> broken = places.stream().filter(p -> error(p).isPresent()).toList();
        long inside = 0;
        for (Place place : places) {
            inside += broken.contains(place) ? fail(place) : run(place);
        }
        if (!broken.isEmpty()) {
            Place first = broken.getFirst();
            failure("task %d failed: %s".formatted(first.task, error(first).orElseThrow()));
            return new Script(steps, 1);
        }
        end(inside, arguments.samplesPerTask() * places.size());
        return new Script(steps, 0);
    }

    private boolean taken(Place place, List<Integer> gpusTaken) {
        int free = place.node.gpuUuids().size() - gpusTaken.get(nodes.indexOf(place.node));
        return place.gpu >= free;
    }

    private String there() {
        return String.join(
                ", ",
                nodes.stream()
                        .map(node -> node.ip() + " has " + node.gpuUuids().size() + " GPUs")
                        .toList());
    }

    private void start() {
        ObjectNode line = step("start").put("tasks", arguments.nodes() * arguments.gpusPerNode());
        line.put("samplesPerTask", arguments.samplesPerTask());
        line.put("burnSeconds", arguments.burnSeconds());
        line.put("matrixSize", arguments.matrixSize());
        line.put("seed", arguments.seed());
        ArrayNode all = line.putArray("nodes");
        nodes.subList(0, arguments.nodes())
                .forEach(
                        node ->
                                all.addObject()
                                        .put("nodeId", node.id())
                                        .put("nodeIp", node.ip())
                                        .put("gpus", arguments.gpusPerNode()));
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

    private Optional<String> error(Place place) {
        return faults.onGpu(Effect.TASK_ERROR, place.node.index(), place.gpu);
    }

    /** No sample comes of it. */
    private long fail(Place place) {
        say(.15, task("placed", place));
        ObjectNode line = task("task", place).put("gpuUuid", uuid(place));
        line.put("samples", 0).put("inside", 0).put("seconds", .2).putNull("gbPerSecond");
        say(.3, line.put("result", "error").put("error", error(place).orElseThrow()));
        return 0;
    }

    /** 1 is as usual. */
    private double speed(Place place) {
        return Faults.number(faults.onGpu(Effect.GPU_SPEED, place.node.index(), place.gpu), 1);
    }

    private long run(Place place) {
        double begin = .1 + .1 * random.nextDouble();
        double end = .8 + .15 * random.nextDouble();
        say(begin, task("placed", place));
        long samples = arguments.samplesPerTask();
        for (int tenth = 1; tenth <= 10; tenth++) {
            ObjectNode progress = step("progress").put("task", place.task);
            progress.put("nodeId", place.node.id()).put("done", samples * tenth / 10);
            say(begin + (end - begin) * tenth / 12, progress.put("total", samples));
        }
        if (arguments.burnSeconds() > 0) {
            say(begin + (end - begin) * 11 / 12, clocks(place));
        }
        long inside = inside(samples);
        ObjectNode line = task("task", place);
        line.put("gpuUuid", uuid(place)).put("samples", samples);
        line.put("inside", inside).put("seconds", seconds());
        if (arguments.burnSeconds() > 0) {
            line.put("gbPerSecond", gbPerSecond(place));
        } else {
            line.putNull("gbPerSecond");
        }
        say(end, line.put("result", "ok").putNull("error"));
        return inside;
    }

    private ObjectNode clocks(Place place) {
        return step("gpu")
                .put("task", place.task)
                .put("nodeId", place.node.id())
                .put("gpuUuid", uuid(place))
                .put("smClockMhz", throttled(place).isEmpty() ? gpu.smClockMhz() : slowed(place))
                .put("throttleReasons", throttled(place).orElse("none"));
    }

    private Optional<String> throttled(Place place) {
        return faults.onGpu(Effect.THROTTLED, place.node.index(), place.gpu);
    }

    private int slowed(Place place) {
        return (int) Math.round(gpu.smClockMhz() * speed(place));
    }

    private static String uuid(Place place) {
        return place.node.gpuUuids().get(place.gpu);
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

    private double gbPerSecond(Place place) {
        double scattered = 1 + SCATTER * Math.clamp(random.nextGaussian(), -3, 3);
        return Math.round(gpu.bandwidth() / 1e8 * BANDWIDTH_SHARE * scattered * speed(place))
                / 10.0;
    }

    private void pending(List<Place> blocked, List<Integer> gpusTaken, int tasks) {
        String first = "";
        for (Place place : blocked) {
            int total = place.node.gpuUuids().size();
            int busy = gpusTaken.get(nodes.indexOf(place.node));
            String reason =
                    "waiting for 1 GPU on node %s: 0 of %d free, %d held by others when the job began"
                            .formatted(place.node.ip(), total, busy);
            first = first.isEmpty() ? reason : first;
            say(.4, step("pending").put("task", place.task).put("reason", reason));
        }
        Place place = blocked.getFirst();
        failure(
                "%d of %d tasks not finished after %d s; task %d on %s: %s"
                        .formatted(
                                tasks,
                                tasks,
                                arguments.timeoutSeconds(),
                                place.task,
                                place.node.ip(),
                                first));
    }

    private void failure(String reason) {
        ObjectNode line = step("end").put("result", "error").putNull("pi");
        line.put("samples", 0).put("inside", 0).put("seconds", 0);
        say(1, line.put("error", reason));
    }

    private void end(long inside, long samples) {
        ObjectNode line =
                step("end").put("result", "ok").put("pi", Math.round(4e8 * inside / samples) / 1e8);
        line.put("samples", samples).put("inside", inside).put("seconds", seconds());
        say(1, line.putNull("error"));
    }

    private static ObjectNode task(String step, Place place) {
        return step(step)
                .put("task", place.task)
                .put("nodeId", place.node.id())
                .put("nodeIp", place.node.ip())
                .put("hostname", place.node.hostname())
                .put("cudaVisibleDevices", String.valueOf(place.gpu));
    }

    private static ObjectNode step(String name) {
        return Json.object().put("step", name);
    }

    private void say(double at, ObjectNode line) {
        steps.add(new Script.Step(at, Json.write(line)));
    }
}
