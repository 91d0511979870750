package dev.shakedown.harness.cluster.gpu;

import java.util.List;
import java.util.function.Supplier;

/** A dcgm-exporter's page that comes by a call: of an engine on a virtual clock. */
public record PageSource(Supplier<String> page) implements GpuSource {
    @Override
    public String name() {
        return "dcgm";
    }

    @Override
    public GpuReadings read() {
        return new GpuReadings(DcgmPage.gpus(page.get(), ""), List.of());
    }

    @Override
    public void close() {
        // Nothing was opened.
    }
}
