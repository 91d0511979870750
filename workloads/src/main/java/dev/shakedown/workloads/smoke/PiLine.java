package dev.shakedown.workloads.smoke;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** One step that the Pi job reported. Node ids are Ray's. */
public sealed interface PiLine {

    /** All nodes and GPUs asked for are there; the tasks are about to be started. */
    record Start(
            int tasks,
            long samplesPerTask,
            int burnSeconds,
            int matrixSize,
            long seed,
            List<Node> nodes)
            implements PiLine {
        public Start {
            nodes = List.copyOf(nodes);
        }
    }

    /** Something worth knowing that is no failure. */
    record Note(String text) implements PiLine {}

    /** A task has its GPU. */
    record Placed(
            int task,
            String nodeId,
            String nodeIp,
            String hostname,
            Optional<String> cudaVisibleDevices)
            implements PiLine {}

    /** Samples of one task that are drawn so far. */
    record Progress(int task, String nodeId, long done, long total) implements PiLine {}

    /** A task that has not started, and why. */
    record Pending(int task, String reason) implements PiLine {}

    /** A GPU's state in the middle of its burn. */
    record GpuState(
            int task,
            String nodeId,
            Optional<String> gpuUuid,
            int smClockMhz,
            String throttleReasons)
            implements PiLine {}

    /**
     * A task's last line.
     *
     * @param cudaVisibleDevices absent if the task never ran
     * @param gbPerSecond memory bandwidth of its GPU in 10^9 bytes a second; absent on a CPU
     * @param error present exactly if the task failed
     */
    record Task(
            int task,
            String nodeId,
            String nodeIp,
            String hostname,
            Optional<String> cudaVisibleDevices,
            Optional<String> gpuUuid,
            long samples,
            long inside,
            double seconds,
            OptionalDouble gbPerSecond,
            Optional<String> error)
            implements PiLine {}

    /**
     * The job's last line.
     *
     * @param error present exactly if the job failed
     */
    record End(OptionalDouble pi, long samples, long inside, double seconds, Optional<String> error)
            implements PiLine {}

    /** A node that takes part, and how many of its GPUs. */
    record Node(String nodeId, String nodeIp, int gpus) {}
}
