package dev.shakedown.reports.render;

import dev.shakedown.reports.run.FabricSummary;
import dev.shakedown.reports.run.FloorSummary;
import dev.shakedown.reports.run.GpuSummary;
import dev.shakedown.reports.run.RunFiles;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.reports.run.SeriesSummary;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The tables that several renderers show, from the run's record alone. */
final class Tables {

    private static final double GIB = 1 << 30;

    private Tables() {}

    /** All metrics with all percentiles that any of them has. */
    static Table latency(RunRecord run) {
        Set<String> keys = new LinkedHashSet<>();
        run.metrics().values().forEach(metric -> keys.addAll(metric.percentiles().keySet()));
        List<String> header = new ArrayList<>(List.of("Latency in ms", "samples", "mean"));
        header.addAll(keys);
        header.add("max");
        Table.Builder table = Table.of(header.toArray(String[]::new));
        run.metrics()
                .forEach(
                        (name, metric) -> {
                            List<String> row = new ArrayList<>();
                            row.add(MetricNames.of(name));
                            row.add(Show.count(metric.count()));
                            row.add(metric.count() == 0 ? "–" : Show.ms(metric.mean()));
                            keys.forEach(key -> row.add(Show.percentile(metric, key)));
                            row.add(metric.count() == 0 ? "–" : Show.ms((double) metric.max()));
                            table.row(row);
                        });
        return table.build();
    }

    /** How far the percentiles are known, of the metrics that say so. */
    static Table certainty(RunRecord run) {
        Set<String> keys = new LinkedHashSet<>();
        run.metrics().values().forEach(metric -> keys.addAll(metric.percentiles().keySet()));
        List<String> header = new ArrayList<>(List.of("95 % interval in ms (independent samples)"));
        header.addAll(keys);
        Table.Builder table = Table.of(header.toArray(String[]::new));
        run.metrics()
                .forEach(
                        (name, metric) -> {
                            List<String> row = new ArrayList<>(List.of(MetricNames.of(name)));
                            keys.forEach(key -> row.add(Show.interval(metric, key)));
                            if (row.stream().skip(1).anyMatch(cell -> !cell.equals("–"))) {
                                table.row(row);
                            }
                        });
        return table.build();
    }

    static Table limits(RunRecord run) {
        Table.Builder table = Table.of("Limit", "allowed", "measured", "verdict");
        run.limits().forEach(l -> table.row(l.name(), l.limit(), l.measured(), verdict(l)));
        return table.build();
    }

    /** A row for each rate, or number of users, lowest first: how its loads ended. */
    static Table rates(SeriesSummary series) {
        Map<Double, List<SeriesSummary.Load>> byAmount =
                series.loads().stream()
                        .collect(
                                Collectors.groupingBy(
                                        SeriesSummary.Load::amount,
                                        TreeMap::new,
                                        Collectors.toList()));
        Table.Builder table = Table.of("Load", "met", "why not");
        byAmount.values()
                .forEach(
                        loads ->
                                table.row(
                                        loads.getFirst().asked(),
                                        "%d of %d"
                                                .formatted(
                                                        loads.stream()
                                                                .filter(SeriesSummary.Load::met)
                                                                .count(),
                                                        loads.size()),
                                        loads.stream()
                                                .flatMap(load -> whyNot(load).stream())
                                                .distinct()
                                                .collect(Collectors.joining(", "))));
        return table.build();
    }

    private static List<String> whyNot(SeriesSummary.Load load) {
        List<String> why =
                new ArrayList<>(
                        load.limits().stream()
                                .filter(limit -> !limit.met().orElse(true))
                                .map(LimitResult::name)
                                .toList());
        if (load.state() == RunRecord.State.SATURATED) {
            why.add("SATURATED");
        }
        if (load.verdict() == RunRecord.Verdict.INVALID) {
            why.add("INVALID");
        }
        return why;
    }

    /** The loads of a series, in their order. */
    static Table series(RunRecord run) {
        List<SeriesSummary.Load> loads = run.series().map(SeriesSummary::loads).orElse(List.of());
        List<String> limits =
                loads.stream()
                        .flatMap(load -> load.limits().stream())
                        .map(limit -> limit.name() + " " + limit.limit())
                        .distinct()
                        .toList();
        List<String> header = new ArrayList<>(List.of("Load", "verdict", "completed/s"));
        header.addAll(limits);
        Table.Builder table = Table.of(header.toArray(String[]::new));
        for (SeriesSummary.Load load : loads) {
            List<String> row = new ArrayList<>();
            row.add(load.asked());
            row.add(verdict(load));
            row.add(Show.number(load.completed()));
            limits.forEach(limit -> row.add(measured(load, limit)));
            table.row(row);
        }
        return table.build();
    }

    private static String verdict(SeriesSummary.Load load) {
        String saturated = load.state() == RunRecord.State.SATURATED ? ", SATURATED" : "";
        return (load.met() ? "✓\u00A0" : "✗\u00A0") + load.verdict() + saturated;
    }

    private static String measured(SeriesSummary.Load load, String column) {
        return load.limits().stream()
                .filter(limit -> column.equals(limit.name() + " " + limit.limit()))
                .map(limit -> limit.measured() + (limit.met().orElse(true) ? "" : " ✗"))
                .findFirst()
                .orElse("–");
    }

    /** A word and a sign, so that no colour is needed. */
    static String verdict(LimitResult limit) {
        return limit.met().map(met -> met ? "✓ kept" : "✗ missed").orElse("– not judged");
    }

    static Table rates(RunRecord run) {
        Table.Builder table = Table.of("Rate", "value");
        run.rates().forEach((key, v) -> table.row(RateNames.of(key), RateNames.value(key, v)));
        return table.build();
    }

    /** Every all-reduce, then the directions in which TCP is blocked. */
    static Table fabric(FabricSummary fabric) {
        Table.Builder table = Table.of("Between", "ranks", "GB/s", "result", "remark");
        fabric.sums()
                .forEach(
                        sum ->
                                table.row(
                                        sum.between(),
                                        Show.count(sum.ranks()),
                                        sum.busGbPerSecond().map(Show::number).orElse("–"),
                                        sign(sum.result()),
                                        sum.remark()));
        fabric.directions().stream()
                .filter(way -> !way.result().equals("ok"))
                .forEach(
                        way ->
                                table.row(
                                        way.from() + " → " + way.to(),
                                        "–",
                                        "–",
                                        sign(way.result()),
                                        "TCP port " + way.port()));
        return table.build();
    }

    /** Every GPU under load, over the measured phase. */
    static Table gpus(GpuSummary gpus) {
        Table.Builder table =
                Table.of(
                        "GPU",
                        "power, W",
                        "SM activity",
                        "SM clock, MHz",
                        "highest °C",
                        "clock lowered by",
                        "Xid",
                        "memory, GiB",
                        "utilisation");
        for (GpuSummary.Gpu gpu : gpus.gpus()) {
            table.row(
                    gpu.name() + (gpu.remarkable() ? " ✗" : ""),
                    gpu.watts().map(Show::number).orElse("–"),
                    gpu.smActive().map(Show::percent).orElse("–"),
                    gpu.smClockMhz().map(Show::number).orElse("–"),
                    gpu.celsius().map(Show::number).orElse("–"),
                    gpu.throttled().isEmpty() ? "–" : gpu.throttled(),
                    gpu.xid() == 0 ? "–" : String.valueOf(gpu.xid()),
                    gpu.memoryBytes().map(bytes -> Show.number(bytes / GIB)).orElse("–"),
                    gpu.utilization().map(Show::percent).orElse("–"));
        }
        return table.build();
    }

    /** What the client adds by itself. */
    static Table floor(FloorSummary floor) {
        Table.Builder table = Table.of("Added by the client, in ms", "p50", "p99", "at");
        String load =
                "%s requests/s, %s tokens/s"
                        .formatted(
                                Show.number(floor.requestsPerSecond()),
                                Show.number(floor.tokensPerSecond()));
        added(table, "TTFT", floor.ttft(), load);
        floor.icl().ifPresent(gap -> added(table, "gap between chunks", gap, load));
        return table.build();
    }

    private static void added(
            Table.Builder table, String name, FloorSummary.Added added, String load) {
        table.row(name, Show.ms((double) added.p50()), Show.ms((double) added.p99()), load);
    }

    private static String sign(String result) {
        return (result.equals("ok") ? "✓ " : "✗ ") + result;
    }

    static Table outcomes(RunRecord run) {
        Table.Builder table = Table.of("Outcome", "requests");
        run.outcomes().forEach((name, count) -> table.row(name, Show.count(count)));
        return table.build();
    }

    static Table environment(RunRecord run) {
        Table.Builder table = Table.of("What", "value");
        for (Map.Entry<String, String> entry : run.fingerprint().entrySet()) {
            table.row(entry.getKey(), entry.getValue());
        }
        return table.build();
    }

    static Table files(List<RunFiles.Listed> files) {
        Table.Builder table = Table.of("File", "size");
        files.forEach(file -> table.row(file.name(), Show.bytes(file.bytes())));
        return table.build();
    }
}
