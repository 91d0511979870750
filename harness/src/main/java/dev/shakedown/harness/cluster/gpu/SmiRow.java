package dev.shakedown.harness.cluster.gpu;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** A line of {@code nvidia-smi --query-gpu}, and the script that makes it print them. */
final class SmiRow {
    private static final double MIB = 1 << 20;
    private static final int LEADING = 2;

    private record Column(String name, GpuMetric metric, double unit) {}

    /** The clock's reasons come last: their name depends on the driver. */
    private static final List<Column> COLUMNS =
            List.of(
                    new Column("power.draw", GpuMetric.POWER, 1),
                    new Column("utilization.gpu", GpuMetric.UTILIZATION, 1),
                    new Column("memory.used", GpuMetric.MEMORY_USED, MIB),
                    new Column("clocks.sm", GpuMetric.SM_CLOCK, 1),
                    new Column("temperature.gpu", GpuMetric.TEMPERATURE, 1),
                    new Column("$reasons", GpuMetric.THROTTLE, 1));

    private SmiRow() {}

    /**
     * Prints once a second for at most so long. Drivers before 535 know the clock's reasons by
     * another name; a pipe would otherwise get its lines in pieces of some KiB.
     */
    static String script(Duration longest) {
        String columns = String.join(",", COLUMNS.stream().map(Column::name).toList());
        return "reasons=clocks_event_reasons.active;"
                + " nvidia-smi --query-gpu=$reasons --format=csv >/dev/null 2>&1"
                + " || reasons=clocks_throttle_reasons.active;"
                + " lines=; command -v stdbuf >/dev/null && lines='stdbuf -oL';"
                + " exec timeout %d $lines nvidia-smi --query-gpu=index,uuid,%s --format=csv,noheader,nounits -l 1"
                        .formatted(Math.max(1, longest.toSeconds()), columns);
    }

    /** Empty for a line that is none; what the driver does not know is left out. */
    static Optional<GpuReading> parse(String line, String node) {
        String[] fields = line.strip().split("\\s*,\\s*", -1);
        if (fields.length != LEADING + COLUMNS.size() || !fields[0].matches("\\d{1,4}")) {
            return Optional.empty();
        }
        Map<GpuMetric, Double> values = new EnumMap<>(GpuMetric.class);
        for (int i = 0; i < COLUMNS.size(); i++) {
            Column column = COLUMNS.get(i);
            number(fields[LEADING + i])
                    .ifPresent(value -> values.put(column.metric, value * column.unit));
        }
        return Optional.of(new GpuReading(node, Integer.parseInt(fields[0]), fields[1], values));
    }

    /** Bits are hexadecimal; {@code [N/A]} and {@code [Not Supported]} are no numbers. */
    private static OptionalDouble number(String field) {
        try {
            return OptionalDouble.of(
                    field.startsWith("0x")
                            ? Long.parseUnsignedLong(field.substring(2), 16)
                            : Double.parseDouble(field));
        } catch (NumberFormatException notKnown) {
            return OptionalDouble.empty();
        }
    }
}
