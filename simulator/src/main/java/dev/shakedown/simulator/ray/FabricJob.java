package dev.shakedown.simulator.ray;

import dev.shakedown.simulator.Rails;
import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.fault.Effect;
import dev.shakedown.simulator.fault.Fault;
import dev.shakedown.simulator.fault.FaultLines;
import dev.shakedown.simulator.fault.Faults;
import dev.shakedown.simulator.http.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fabric job as the simulator runs it: the real job's lines, for NVLink inside a node and one
 * InfiniBand device a GPU between nodes. Bus bandwidths are what such nodes usually show in
 * nccl-tests, with 1 % of scatter; they say nothing about any real cluster.
 */
final class FabricJob {
    private static final long BYTES = 256L << 20;
    private static final double INSIDE_GB = 450;
    private static final double ACROSS_GB = 350;
    private static final double PAIR_GB = 46;
    private static final double SCATTER = 0.01;
    private static final int FIRST_PORT = 32_768;
    private static final int LAST_PORT = 60_999;
    private static final Map<String, String> TCP_ERRORS =
            Map.of(
                    "timeout", "timed out",
                    "refused", "[Errno 111] Connection refused");

    private final List<SimulatedNode> there;
    private final int wantedNodes;
    private final int gpus;
    private final long timeoutSeconds;
    private final Faults faults;
    private final Rails rails;
    private final SplittableRandom random = new SplittableRandom(42);
    private final List<Script.Step> steps = new ArrayList<>();
    private List<SimulatedNode> nodes = List.of();

    FabricJob(
            List<SimulatedNode> there,
            int wantedNodes,
            int gpus,
            long timeoutSeconds,
            Faults faults) {
        this.faults = faults;
        this.rails = new Rails(gpus, faults);
        this.there = there;
        this.wantedNodes = wantedNodes;
        this.gpus = gpus;
        this.timeoutSeconds = timeoutSeconds;
    }

    /**
     * @param gpusTaken on each node, by an engine
     */
    Script script(List<Integer> gpusTaken) {
        int each = there.getFirst().gpuUuids().size();
        int missing = gpus > each ? wantedNodes : wantedNodes - there.size();
        if (missing > 0) {
            return end(
                    "%d node(s) with %d GPU(s) wanted, %d missing"
                            .formatted(wantedNodes, gpus, missing));
        }
        nodes = there.subList(0, wantedNodes);
        start();
        List<Integer> absent =
                IntStream.range(0, ranks())
                        .filter(rank -> taken(rank, each, gpusTaken))
                        .boxed()
                        .toList();
        IntStream.range(0, ranks()).filter(rank -> !absent.contains(rank)).forEach(this::rank);
        Optional<String> blocked = tcp();
        if (!absent.isEmpty()) {
            return absent(absent);
        }
        if (blocked.isPresent()) {
            note(.5, "no all-reduce was tried: it could only hang where TCP is blocked");
            return end(blocked.get());
        }
        torch();
        nccl();
        Optional<String> broken = faults.value(Effect.ALL_REDUCE_ERROR);
        if (broken.isPresent()) {
            return broken(broken.get());
        }
        ring();
        allReduce();
        pairs();
        return end("");
    }

    private int ranks() {
        return nodes.size() * gpus;
    }

    private SimulatedNode node(int rank) {
        return nodes.get(rank / gpus);
    }

    private boolean taken(int rank, int each, List<Integer> gpusTaken) {
        return rank % gpus >= each - gpusTaken.get(there.indexOf(node(rank)));
    }

    private void start() {
        ObjectNode line =
                step("start").put("ranks", ranks()).put("timeout", (double) timeoutSeconds);
        ArrayNode all = line.putArray("nodes");
        nodes.forEach(
                node ->
                        all.addObject()
                                .put("nodeId", node.id())
                                .put("nodeIp", node.ip())
                                .put("gpus", gpus));
        say(0, line);
        note(0, "SIMULATED: no GPU and no network did this work");
    }

    private void note(double at, String text) {
        say(at, step("note").put("text", text));
    }

    private void rank(int rank) {
        ObjectNode line =
                step("rank")
                        .put("rank", rank)
                        .put("nodeId", node(rank).id())
                        .put("nodeIp", node(rank).ip())
                        .put("hostname", node(rank).hostname())
                        .put("gpu", String.valueOf(rank % gpus))
                        .put("ephemeralPorts", FIRST_PORT + "-" + LAST_PORT);
        line.putObject("env");
        say(.1 + .2 * rank / ranks(), line);
    }

    /** The first direction that is blocked, if any. */
    private Optional<String> tcp() {
        Optional<String> first = Optional.empty();
        for (SimulatedNode from : nodes) {
            for (SimulatedNode to : nodes) {
                if (!to.equals(from)) {
                    Optional<String> blocked = direction(from, to);
                    first = first.or(() -> blocked);
                }
            }
        }
        return first;
    }

    private Optional<String> direction(SimulatedNode from, SimulatedNode to) {
        Optional<String> fault = faults.onNode(Effect.TCP, to.index());
        int port = random.nextInt(FIRST_PORT, LAST_PORT + 1);
        ObjectNode line = step("tcp").put("from", from.ip()).put("to", to.ip());
        line.put("fromHost", from.hostname()).put("toHost", to.hostname());
        line.put("port", port).put("result", fault.orElse("ok"));
        if (fault.isPresent()) {
            line.putNull("ms").put("error", TCP_ERRORS.getOrDefault(fault.get(), fault.get()));
        } else {
            line.put("ms", Math.round(10 + 20 * random.nextDouble()) / 1e2).putNull("error");
        }
        say(.4, line);
        return fault.map(
                result ->
                        "%s cannot reach %s on port %d: %s"
                                .formatted(from.hostname(), to.hostname(), port, result));
    }

    private void torch() {
        say(
                .5,
                step("torch")
                        .put("torch", "2.13.0")
                        .put("backend", "nccl")
                        .put("nccl", "2.27.3")
                        .putNull("error"));
    }

    /** What NCCL says where faults make it say something. */
    private void nccl() {
        FaultLines lines = new FaultLines(faults, there, "");
        for (Fault fault : faults.active()) {
            lines.of(fault, "nccl", Instant.now())
                    .forEach(text -> say(.6, step("log").put("rank", 0).put("text", text)));
        }
    }

    /** NCCL's rings go through all ranks in order; each device carries one ring between nodes. */
    private void ring() {
        for (int rank = 0; rank < ranks() && ranks() > 1; rank++) {
            int peer = (rank + 1) % ranks();
            if (node(rank).equals(node(peer))) {
                transport(rank, peer, "P2P/CUMEM");
            } else {
                between(rank, peer);
            }
        }
    }

    private void between(int rank, int peer) {
        for (int device = 0; device < rails.devices(node(rank), node(peer)); device++) {
            transport(rank, peer, rails.via(device));
        }
    }

    private void transport(int rank, int peer, String via) {
        say(.7, step("transport").put("rank", rank).put("peer", peer).put("via", via));
    }

    private void allReduce() {
        if (faults.value(Effect.TRANSPORT).isEmpty()) {
            for (int node = 0; node < nodes.size(); node++) {
                info(node, rails.using(nodes.get(node)));
            }
            info(0, "Using network IB");
        }
        say(
                .75,
                sum(
                        "allreduce",
                        IntStream.range(0, ranks()).boxed().toList(),
                        nodes.size() > 1 ? ACROSS_GB * network() : INSIDE_GB));
    }

    /** A line of the first rank of a node. */
    private void info(int node, String text) {
        String line = "%s:1:1 [0] NCCL INFO %s".formatted(nodes.get(node).hostname(), text);
        say(.7, step("log").put("rank", node * gpus).put("text", line));
    }

    private void pairs() {
        for (int one = 0; one < nodes.size(); one++) {
            for (int other = one + 1; other < nodes.size(); other++) {
                say(.9, sum("pair", List.of(one * gpus, other * gpus), PAIR_GB * network()));
            }
        }
    }

    /** 1 is as usual. */
    private double network() {
        return Faults.number(faults.value(Effect.NETWORK_SPEED), 1);
    }

    private Script broken(String error) {
        ObjectNode line = group("allreduce", IntStream.range(0, ranks()).boxed().toList());
        line.putNull("seconds").putNull("busGbPerSecond").put("backend", "nccl");
        line.put("result", "error").putArray("absent");
        say(.8, line.put("error", error));
        return end(error);
    }

    private ObjectNode sum(String step, List<Integer> ranks, double usualGb) {
        double bus = usualGb * (1 + SCATTER * Math.clamp(random.nextGaussian(), -3, 3));
        int n = ranks.size();
        ObjectNode line = group(step, ranks);
        line.put("seconds", fourDigits(2.0 * (n - 1) / n * BYTES / (bus * 1e9)));
        if (n > 1) {
            line.put("busGbPerSecond", fourDigits(bus));
        } else {
            line.putNull("busGbPerSecond");
        }
        line.put("backend", "nccl").put("result", "ok").putArray("absent");
        return line.putNull("error");
    }

    private Script absent(List<Integer> absent) {
        String reason =
                "rank %d: no answer within %d s (node %s has %d GPUs, others hold them)"
                        .formatted(
                                absent.getFirst(),
                                timeoutSeconds * 4 / 10,
                                node(absent.getFirst()).ip(),
                                node(absent.getFirst()).gpuUuids().size());
        ObjectNode line = group("allreduce", IntStream.range(0, ranks()).boxed().toList());
        line.putNull("seconds").putNull("busGbPerSecond").putNull("backend");
        ArrayNode who = line.put("result", "timeout").putArray("absent");
        absent.forEach(who::add);
        say(.9, line.put("error", reason));
        return end(reason);
    }

    private Script end(String error) {
        ObjectNode line = step("end").put("result", error.isEmpty() ? "ok" : "error");
        line.put("seconds", fourDigits(10 + 2 * random.nextDouble()));
        say(1, error.isEmpty() ? line.putNull("error") : line.put("error", error));
        steps.sort(Comparator.comparingDouble(Script.Step::at));
        return new Script(steps, error.isEmpty() ? 0 : 1);
    }

    private static ObjectNode group(String step, List<Integer> ranks) {
        ObjectNode line = step(step);
        ArrayNode all = line.putArray("ranks");
        ranks.forEach(all::add);
        return line.put("bytes", BYTES);
    }

    private static double fourDigits(double value) {
        double scale = Math.pow(10, 3 - Math.floor(Math.log10(value)));
        return Math.round(value * scale) / scale;
    }

    private static ObjectNode step(String name) {
        return Json.object().put("step", "fabric." + name);
    }

    private void say(double at, ObjectNode line) {
        steps.add(new Script.Step(at, Json.write(line)));
    }
}
