package dev.shakedown.simulator.ray;

import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.http.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
    private static final int MOST_DEVICES = 8;

    private final List<SimulatedNode> there;
    private final int wantedNodes;
    private final int gpus;
    private final long timeoutSeconds;
    private final SplittableRandom random = new SplittableRandom(42);
    private final List<Script.Step> steps = new ArrayList<>();
    private List<SimulatedNode> nodes = List.of();

    FabricJob(List<SimulatedNode> there, int wantedNodes, int gpus, long timeoutSeconds) {
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
        tcp();
        if (!absent.isEmpty()) {
            return absent(absent);
        }
        torch();
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
        say(0, step("note").put("text", "SIMULATED: no GPU and no network did this work"));
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

    private void tcp() {
        for (SimulatedNode from : nodes) {
            nodes.stream().filter(to -> !to.equals(from)).forEach(to -> direction(from, to));
        }
    }

    private void direction(SimulatedNode from, SimulatedNode to) {
        ObjectNode line = step("tcp").put("from", from.ip()).put("to", to.ip());
        line.put("fromHost", from.hostname()).put("toHost", to.hostname());
        line.put("port", random.nextInt(FIRST_PORT, LAST_PORT + 1)).put("result", "ok");
        say(.4, line.put("ms", Math.round(10 + 20 * random.nextDouble()) / 1e2).putNull("error"));
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

    /** NCCL's rings go through all ranks in order; each device carries one ring between nodes. */
    private void ring() {
        for (int rank = 0; rank < ranks() && ranks() > 1; rank++) {
            int peer = (rank + 1) % ranks();
            if (node(rank).equals(node(peer))) {
                transport(rank, peer, "P2P/CUMEM");
            } else {
                for (int device = 0; device < Math.min(gpus, MOST_DEVICES); device++) {
                    transport(rank, peer, "NET/IB/" + device + "/GDRDMA");
                }
            }
        }
    }

    private void transport(int rank, int peer, String via) {
        say(.7, step("transport").put("rank", rank).put("peer", peer).put("via", via));
    }

    private void allReduce() {
        String text =
                "%s:1:1 [0] NCCL INFO Using network IB".formatted(nodes.getFirst().hostname());
        say(.7, step("log").put("rank", 0).put("text", text));
        say(
                .75,
                sum(
                        "allreduce",
                        IntStream.range(0, ranks()).boxed().toList(),
                        nodes.size() > 1 ? ACROSS_GB : INSIDE_GB));
    }

    private void pairs() {
        for (int one = 0; one < nodes.size(); one++) {
            for (int other = one + 1; other < nodes.size(); other++) {
                say(.9, sum("pair", List.of(one * gpus, other * gpus), PAIR_GB));
            }
        }
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
