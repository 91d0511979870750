package dev.shakedown.simulator.gpu;

import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.engine.Gpu;
import dev.shakedown.simulator.fault.Effect;
import dev.shakedown.simulator.fault.Faults;
import dev.shakedown.simulator.vllm.EngineHost;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The GPUs as the engine's state and the faults leave them. All ranks of a replica move together,
 * so a GPU that is as fast as the slowest works all the time, and a faster one waits for it in a
 * kernel that needs few SMs. Used on the event loop only.
 *
 * <p>Power: 43 % of the board's limit with one request in the batch, 86 % with 128 (ML.ENERGY),
 * linear in the batch's logarithm between them, and as the square of the clock. That an idle GPU
 * takes 10 % of it, that waiting costs 0.3 of working, and all SM activities and temperatures are
 * assumptions.
 */
public final class GpuStates {
    private static final double IDLE_POWER = .10;
    private static final double ONE_POWER = .43;
    private static final double FULL_POWER = .86;
    private static final double FULL_BATCH_LOG2 = 7;
    private static final double ONE_ACTIVE = .5;
    private static final double FULL_ACTIVE = .9;
    private static final double WAITING_POWER = .3;
    private static final double WAITING_ACTIVE = .1;
    private static final double ROOM_CELSIUS = 30;
    private static final double RISE_CELSIUS = 42;
    private static final int TOO_HOT_CELSIUS = 87;
    private static final int UNUSED_CLOCK_MHZ = 345;
    private static final long UNUSED_MIB = 4;

    /** Two boards of one kind draw up to so much more or less at the same work. */
    private static final double SPREAD = .03;

    private static final long NOTHING_TO_DO = 0x1;
    private static final long HARDWARE_SLOWDOWN = 0x8;

    /** NVML's bits by the driver's words. */
    private static final Map<String, Long> REASONS =
            Map.of(
                    "SW Power Cap", 0x4L,
                    "SW Thermal Slowdown", 0x20L,
                    "HW Thermal Slowdown", 0x40L,
                    "HW Power Brake Slowdown", 0x80L);

    private final Gpu gpu;
    private final List<SimulatedNode> nodes;
    private final Faults faults;
    private final EngineHost host;

    /**
     * @param nodes all of the cluster, the head first
     */
    public GpuStates(Gpu gpu, List<SimulatedNode> nodes, Faults faults, EngineHost host) {
        this.gpu = gpu;
        this.nodes = List.copyOf(nodes);
        this.faults = faults;
        this.host = host;
    }

    /** Those that answer, the head's first. */
    public List<SimulatedNode> nodes() {
        return faults.present(nodes);
    }

    /** One of a node's GPUs now. */
    public GpuState of(SimulatedNode node, int index) {
        int batch = batch(rank(node, index));
        double speed = speed(node.index(), index);
        double working = batch == 0 ? 0 : slowest(rank(node, index)) / speed;
        double waiting = batch == 0 ? 0 : 1 - working;
        double load = Math.min(1, Math.log(Math.max(1, batch)) / Math.log(2) / FULL_BATCH_LOG2);
        double full = ONE_POWER + (FULL_POWER - ONE_POWER) * load - IDLE_POWER;
        double power = IDLE_POWER + full * (working * speed * speed + WAITING_POWER * waiting);
        double active = ONE_ACTIVE + (FULL_ACTIVE - ONE_ACTIVE) * load;
        boolean held = rank(node, index) < held();
        boolean throttled = faults.onGpu(Effect.THROTTLED, node.index(), index).isPresent();
        return new GpuState(
                gpu.watts() * power * spread(node.gpuUuids().get(index)),
                batch == 0 ? 0 : 100,
                active * (working + WAITING_ACTIVE * waiting),
                held ? Math.round(gpu.memoryGib() * 1024 * memoryShare()) : UNUSED_MIB,
                held ? (int) Math.round(gpu.smClockMhz() * speed) : UNUSED_CLOCK_MHZ,
                throttled ? TOO_HOT_CELSIUS : (int) (ROOM_CELSIUS + RISE_CELSIUS * power),
                throttle(node.index(), index, batch),
                (int) Faults.number(faults.onGpu(Effect.XID, node.index(), index), 0));
    }

    Gpu gpu() {
        return gpu;
    }

    /** Requests in the batch of the replica that the rank belongs to. */
    private int batch(int rank) {
        return host.up()
                .filter(up -> rank < up.engine().split().gpus())
                .map(up -> up.engines().get(rank / up.engine().split().worldSize()).running())
                .orElse(0);
    }

    private int held() {
        return host.state().holding().map(engine -> engine.split().gpus()).orElse(0);
    }

    private double memoryShare() {
        return host.state()
                .holding()
                .map(SimulatedEngine::tuning)
                .map(SimulatedEngine.Tuning::memoryUtilization)
                .orElse(0.0);
    }

    private double slowest(int rank) {
        int world = host.up().map(up -> up.engine().split().worldSize()).orElse(1);
        int perNode = nodes.getFirst().gpuUuids().size();
        int first = rank / world * world;
        return IntStream.range(first, first + world)
                .mapToDouble(each -> speed(each / perNode, each % perNode))
                .min()
                .orElse(1);
    }

    private double speed(int node, int index) {
        return Faults.number(faults.onGpu(Effect.GPU_SPEED, node, index), 1);
    }

    private long throttle(int node, int index, int batch) {
        return faults.onGpu(Effect.THROTTLED, node, index)
                .map(reason -> REASONS.getOrDefault(reason, HARDWARE_SLOWDOWN))
                .orElse(batch == 0 ? NOTHING_TO_DO : 0L);
    }

    /** Ranks fill the nodes in their order. */
    private static int rank(SimulatedNode node, int index) {
        return node.index() * node.gpuUuids().size() + index;
    }

    private static double spread(String uuid) {
        return 1 + SPREAD * ((uuid.hashCode() & 0xFF) / 127.5 - 1);
    }
}
