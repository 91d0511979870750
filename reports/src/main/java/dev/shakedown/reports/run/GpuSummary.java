package dev.shakedown.reports.run;

import java.util.List;
import java.util.Optional;

/**
 * What was seen of the GPUs beside the load, over its measured phase.
 *
 * @param source {@code nvidia-smi}, {@code dcgm} or {@code ray}; empty where nothing could be read
 * @param missing why there is nothing, or nothing of a part
 * @param findings in words; none of them says that the measurement is at fault
 */
public record GpuSummary(
        String source, List<String> missing, List<Gpu> gpus, List<String> findings) {

    public GpuSummary {
        missing = List.copyOf(missing);
        gpus = List.copyOf(gpus);
        findings = List.copyOf(findings);
    }

    /**
     * One GPU; a value that its source does not have is absent.
     *
     * @param group number of its tensor-parallel group, from 0; -1 without an engine
     * @param watts mean, as {@code utilization} (0 to 1), {@code smActive} (0 to 1) and {@code
     *     smClockMhz}
     * @param celsius the highest, as {@code memoryBytes}
     * @param throttled reasons with their share of the time; empty if it was not
     * @param xid the driver's last error number; 0 if there was none, or it cannot be known
     * @param remarkable whether a finding is about it
     */
    public record Gpu(
            String node,
            int gpu,
            String uuid,
            int group,
            Optional<Double> watts,
            Optional<Double> utilization,
            Optional<Double> smActive,
            Optional<Double> smClockMhz,
            Optional<Double> celsius,
            Optional<Double> memoryBytes,
            String throttled,
            int xid,
            boolean remarkable) {

        /** As {@code timeseries.csv.gz} has it. */
        public String labels() {
            return "node=%s;gpu=%d;uuid=%s".formatted(node, gpu, uuid);
        }

        /** As people call it. */
        public String name() {
            return node + " GPU " + gpu;
        }
    }
}
