package dev.shakedown.simulator.engine;

import dev.shakedown.simulator.http.Json;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * A GPU as its data sheet has it; dense figures, links in one direction.
 *
 * @param name as a scenario writes it
 * @param product as {@code nvidia-smi} prints it
 * @param memoryGib in all
 * @param usableGib what CUDA reports as the device's memory
 * @param bandwidth of its memory, bytes/s
 * @param flops bf16, 1/s
 * @param fp8Flops 1/s
 * @param link to the other GPUs of its node, bytes/s
 * @param nic its share of the network between nodes, bytes/s
 * @param smClockMhz boost clock under load
 * @param watts power limit of the board; 0 where nobody says
 * @param source of these figures
 */
public record Gpu(
        String name,
        String product,
        double memoryGib,
        double usableGib,
        double bandwidth,
        double flops,
        double fp8Flops,
        double link,
        double nic,
        int smClockMhz,
        double watts,
        String source) {

    private static final double GIGA = 1e9;
    private static final double TERA = 1e12;

    /** Those that come along, from {@code gpus.json}. */
    public static final List<Gpu> KNOWN =
            DataFiles.shipped("gpus.json").valueStream().map(Gpu::parse).toList();

    /**
     * The GPU of that name, or the first whose name begins so ({@code H100}, {@code b200}); or that
     * of a JSON file with the fields of {@code gpus.json}.
     *
     * @throws IllegalArgumentException if it is not known, with what is
     */
    public static Gpu named(String name) {
        if (name.endsWith(".json")) {
            return parse(DataFiles.read(name));
        }
        String wanted = name.toLowerCase(Locale.ROOT);
        return KNOWN.stream()
                .filter(gpu -> gpu.name.toLowerCase(Locale.ROOT).startsWith(wanted))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private static Gpu parse(JsonNode json) {
        DataFiles.Fields fields = new DataFiles.Fields(json);
        return new Gpu(
                fields.text("name"),
                fields.text("product"),
                fields.positive("memoryGib"),
                fields.positive("usableGib"),
                fields.positive("bandwidthGBs") * GIGA,
                fields.positive("bf16Tflops") * TERA,
                fields.positive("fp8Tflops") * TERA,
                fields.positive("linkGBs") * GIGA,
                fields.positive("nicGBs") * GIGA,
                (int) fields.positive("smClockMhz"),
                fields.count("watts", 0),
                fields.text("source") + ", " + fields.text("date"));
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "no data for GPU %s; known: %s; or name a JSON file with its figures, as %s"
                        .formatted(
                                name,
                                KNOWN.stream().map(Gpu::name).toList(),
                                Json.write(DataFiles.shipped("gpus.json").get(1))));
    }
}
