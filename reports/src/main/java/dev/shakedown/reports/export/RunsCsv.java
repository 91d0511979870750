package dev.shakedown.reports.export;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.PercentileValue;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs as CSV by RFC 4180, one row each; columns are those that any of them has. Latencies in
 * milliseconds. Empty is what a run does not have: an outcome, or requests enough for a percentile.
 */
final class RunsCsv {
    private static final double NANOS_PER_MS = 1e6;

    /** What a spreadsheet would take for a formula. */
    private static final String FORMULA = "=+-@\t\r";

    private RunsCsv() {}

    static String of(List<RunRecord> runs) {
        List<Map<String, String>> rows = runs.stream().map(RunsCsv::row).toList();
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(row -> columns.addAll(row.keySet()));
        StringBuilder csv = new StringBuilder(line(List.copyOf(columns)));
        for (Map<String, String> row : rows) {
            csv.append(line(columns.stream().map(name -> row.getOrDefault(name, "")).toList()));
        }
        return csv.toString();
    }

    private static Map<String, String> row(RunRecord run) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("run", safe(run.id()));
        row.put("scenario", safe(run.scenarioName()));
        row.put("started", run.startedAt().toString());
        row.put("verdict", run.verdict().name());
        row.put("validity", run.validity().name());
        row.put("state", run.state().name());
        row.put("simulated", String.valueOf(run.simulated()));
        row.put("model", safe(run.shape().model()));
        row.put("gpus", String.valueOf(run.shape().engineGpus()));
        row.put("offered", String.valueOf(run.offered()));
        run.outcomes().forEach((outcome, count) -> row.put(safe(outcome), String.valueOf(count)));
        run.metrics().forEach((metric, summary) -> latencies(row, metric, summary));
        run.rates().forEach((name, value) -> row.put(safe(name), String.valueOf(value)));
        return row;
    }

    private static void latencies(Map<String, String> row, String metric, MetricSummary summary) {
        summary.percentiles()
                .forEach(
                        (percentile, value) ->
                                row.put(
                                        "%s.%s (ms)".formatted(metric, percentile),
                                        milliseconds(value)));
    }

    private static String milliseconds(PercentileValue value) {
        Optional<Long> nanos = value.value();
        return nanos.map(known -> String.valueOf(known / NANOS_PER_MS)).orElse("");
    }

    private static String safe(String text) {
        return !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String line(List<String> fields) {
        return fields.stream().map(RunsCsv::quoted).collect(Collectors.joining(",", "", "\r\n"));
    }

    private static String quoted(String field) {
        return field.matches("(?s).*[\",\r\n].*")
                ? "\"" + field.replace("\"", "\"\"") + "\""
                : field;
    }
}
