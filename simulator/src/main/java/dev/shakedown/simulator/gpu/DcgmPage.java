package dev.shakedown.simulator.gpu;

import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.engine.PrometheusPage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The GPUs of all nodes as NVIDIA's dcgm-exporter prints those of one, with its names and units.
 */
public final class DcgmPage {
    private final PrometheusPage page = new PrometheusPage();
    private final List<Row> rows = new ArrayList<>();

    private record Row(String labels, GpuState state) {}

    private DcgmPage(GpuStates states) {
        for (SimulatedNode node : states.nodes()) {
            for (int gpu = 0; gpu < node.gpuUuids().size(); gpu++) {
                rows.add(new Row(labels(states, node, gpu), states.of(node, gpu)));
            }
        }
    }

    /** The page now. */
    public static String of(GpuStates states) {
        DcgmPage made = new DcgmPage(states);
        made.print(states);
        return made.page.toString();
    }

    private void print(GpuStates states) {
        gauge("DEV_SM_CLOCK", "SM clock frequency (in MHz).", GpuState::smClockMhz);
        gauge("DEV_GPU_TEMP", "GPU temperature (in C).", GpuState::temperature);
        if (states.gpu().watts() > 0) {
            gauge("DEV_POWER_USAGE", "Power draw (in W).", GpuState::watts);
        }
        gauge("DEV_GPU_UTIL", "GPU utilization (in %).", GpuState::utilization);
        gauge("DEV_XID_ERRORS", "The last XID error.", GpuState::xid);
        gauge("DEV_CLOCKS_EVENT_REASONS", "Why the clock is lower (bits).", GpuState::throttle);
        gauge("DEV_FB_USED", "Framebuffer memory used (in MiB).", GpuState::memoryUsed);
        gauge("PROF_SM_ACTIVE", "Share of the SMs' time with a warp.", GpuState::smActive);
    }

    private void gauge(String field, String help, ToDoubleFunction<GpuState> value) {
        String name = "DCGM_FI_" + field;
        page.family(name, "gauge", help);
        rows.forEach(row -> page.sample(name, row.labels, value.applyAsDouble(row.state)));
    }

    private static String labels(GpuStates states, SimulatedNode node, int gpu) {
        return "gpu=\"%d\",UUID=\"%s\",device=\"nvidia%d\",modelName=\"%s\",Hostname=\"%s\""
                .formatted(
                        gpu,
                        node.gpuUuids().get(gpu),
                        gpu,
                        PrometheusPage.escape(states.gpu().product()),
                        PrometheusPage.escape(node.hostname()));
    }
}
