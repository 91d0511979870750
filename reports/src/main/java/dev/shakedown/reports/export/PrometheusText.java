package dev.shakedown.reports.export;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Runs in Prometheus' text format 0.0.4: gauges with the run and its scenario as labels, latencies
 * in seconds. A percentile with too few requests has no sample.
 */
final class PrometheusText {
    private static final double NANOS = 1e9;

    private final StringBuilder text = new StringBuilder();
    private final List<RunRecord> runs;

    private PrometheusText(List<RunRecord> runs) {
        // A series that comes twice would be refused.
        this.runs = List.copyOf(byId(runs).values());
    }

    private static Map<String, RunRecord> byId(List<RunRecord> runs) {
        Map<String, RunRecord> each = new LinkedHashMap<>();
        runs.forEach(run -> each.putIfAbsent(run.id(), run));
        return each;
    }

    static String of(List<RunRecord> runs) {
        PrometheusText page = new PrometheusText(runs);
        page.write();
        return page.text.toString();
    }

    /** One value of a family, with its labels beside the run's own. */
    private record Sample(Map<String, String> labels, double value) {}

    @FunctionalInterface
    private interface Samples {
        List<Sample> of(RunRecord run);
    }

    private void write() {
        family(
                "shakedown_run_info",
                "A run: its verdict, and whether it was simulated.",
                run ->
                        List.of(
                                new Sample(
                                        Map.of(
                                                "verdict", run.verdict().name(),
                                                "validity", run.validity().name(),
                                                "state", run.state().name(),
                                                "model", run.shape().model(),
                                                "simulated", String.valueOf(run.simulated())),
                                        1)));
        family(
                "shakedown_run_started_seconds",
                "When a run began, as Unix time.",
                run -> List.of(new Sample(Map.of(), run.startedAt().toEpochMilli() / 1e3)));
        family(
                "shakedown_latency_seconds",
                "A percentile of a latency.",
                PrometheusText::quantiles);
        family("shakedown_latency_mean_seconds", "The mean of a latency.", PrometheusText::means);
        family(
                "shakedown_requests",
                "Requests of the measured phase by their outcome.",
                run -> named("outcome", run.outcomes()));
        family(
                "shakedown_rate",
                "Rates, shares and durations of a run, under the names of run.json.",
                run -> named("name", run.rates()));
        family("shakedown_limit_met", "Whether a limit was kept: 1 or 0.", PrometheusText::limits);
    }

    private void family(String name, String help, Samples samples) {
        text.append("# HELP %s %s\n# TYPE %s gauge\n".formatted(name, help, name));
        for (RunRecord run : runs) {
            for (Sample sample : samples.of(run)) {
                StringJoiner labels = new StringJoiner(",", "{", "}");
                labels.add(label("run", run.id())).add(label("scenario", run.scenarioName()));
                new TreeMap<>(sample.labels).forEach((key, value) -> labels.add(label(key, value)));
                text.append(name).append(labels).append(' ').append(sample.value).append('\n');
            }
        }
    }

    private static List<Sample> quantiles(RunRecord run) {
        List<Sample> samples = new ArrayList<>();
        run.metrics()
                .forEach(
                        (metric, summary) ->
                                summary.percentiles()
                                        .forEach(
                                                (percentile, value) ->
                                                        value.value()
                                                                .ifPresent(
                                                                        nanos ->
                                                                                samples.add(
                                                                                        quantile(
                                                                                                metric,
                                                                                                percentile,
                                                                                                nanos)))));
        return samples;
    }

    private static Sample quantile(String metric, String percentile, long nanos) {
        double share = Double.parseDouble(percentile.substring(1)) / 100;
        String quantile = String.valueOf(Math.round(share * 1e6) / 1e6);
        return new Sample(Map.of("metric", metric, "quantile", quantile), nanos / NANOS);
    }

    private static List<Sample> means(RunRecord run) {
        return run.metrics().entrySet().stream()
                .filter(metric -> metric.getValue().count() > 0)
                .map(metric -> mean(metric.getKey(), metric.getValue()))
                .toList();
    }

    private static Sample mean(String metric, MetricSummary summary) {
        return new Sample(Map.of("metric", metric), summary.mean() / NANOS);
    }

    private static List<Sample> named(String label, Map<String, ? extends Number> values) {
        return new TreeMap<String, Number>(values)
                .entrySet().stream()
                        .map(
                                entry ->
                                        new Sample(
                                                Map.of(label, entry.getKey()),
                                                entry.getValue().doubleValue()))
                        .toList();
    }

    private static List<Sample> limits(RunRecord run) {
        return run.limits().stream()
                .filter(limit -> limit.met().isPresent())
                .map(PrometheusText::limit)
                .toList();
    }

    private static Sample limit(LimitResult limit) {
        return new Sample(Map.of("limit", limit.name()), limit.met().orElseThrow() ? 1 : 0);
    }

    private static String label(String name, String value) {
        return "%s=\"%s\""
                .formatted(
                        name,
                        value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
    }
}
