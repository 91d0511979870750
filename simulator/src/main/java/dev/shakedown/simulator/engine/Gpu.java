package dev.shakedown.simulator.engine;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A GPU as its data sheet has it.
 *
 * @param name as a scenario writes it
 * @param product as {@code nvidia-smi} prints it
 * @param memoryGib in all
 * @param bandwidth of its memory, bytes/s
 * @param flops dense bf16, 1/s
 * @param smClockMhz boost clock under load
 */
public record Gpu(
        String name,
        String product,
        double memoryGib,
        double bandwidth,
        double flops,
        int smClockMhz) {

    /** Vendors' data sheets; dense figures without sparsity. */
    public static final List<Gpu> KNOWN =
            List.of(
                    new Gpu("A100-SXM-80GB", "NVIDIA A100-SXM4-80GB", 80, 2.04e12, 312e12, 1410),
                    new Gpu("H100-SXM-80GB", "NVIDIA H100 80GB HBM3", 80, 3.35e12, 989e12, 1980),
                    new Gpu("H100-PCIe-80GB", "NVIDIA H100 PCIe", 80, 2.0e12, 756e12, 1755),
                    new Gpu("H200-SXM-141GB", "NVIDIA H200", 141, 4.8e12, 989e12, 1980),
                    new Gpu("B200-SXM-180GB", "NVIDIA B200", 180, 8.0e12, 2250e12, 1965),
                    new Gpu("L40S-48GB", "NVIDIA L40S", 48, 0.864e12, 362e12, 2520));

    /** The GPU of that name, or the first whose name begins so ({@code H100}, {@code b200}). */
    public static Optional<Gpu> named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return KNOWN.stream()
                .filter(gpu -> gpu.name.toLowerCase(Locale.ROOT).startsWith(wanted))
                .findFirst();
    }
}
