package dev.shakedown.reports.view;

import dev.shakedown.reports.render.Report.KeyNumber;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.run.GpuHours;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The few numbers that stand on top of a report. */
final class KeyNumbers {

    private KeyNumbers() {}

    static List<KeyNumber> of(RunRecord run) {
        List<KeyNumber> numbers = new ArrayList<>();
        rate(run, "capacity.requests/s", "Capacity").ifPresent(numbers::add);
        latency(run, numbers, "TTFT", "ttft.intended", "ttft");
        latency(run, numbers, "TPOT", "tpot", "tpot");
        latency(run, numbers, "E2E", "e2e.intended", "e2e");
        rate(run, "requests/s", "Requests").ifPresent(numbers::add);
        rate(run, "outputTokens/s", "Output tokens").ifPresent(numbers::add);
        goodput(run).ifPresent(numbers::add);
        errors(run).ifPresent(numbers::add);
        GpuHours.of(run)
                .ifPresent(
                        hours ->
                                numbers.add(
                                        new KeyNumber(
                                                "GPU-hours",
                                                Show.number(hours),
                                                "",
                                                run.simulated()
                                                        ? "simulated"
                                                        : "from cluster up to the end")));
        return numbers;
    }

    private static void latency(
            RunRecord run, List<KeyNumber> numbers, String name, String key, String otherwise) {
        Optional.ofNullable(run.metrics().getOrDefault(key, run.metrics().get(otherwise)))
                .ifPresent(metric -> numbers.add(latency(name, metric)));
    }

    private static KeyNumber latency(String name, MetricSummary metric) {
        String tail = Show.percentile(metric, "p99");
        String detail = "p99 " + tail + (tail.startsWith("needs") ? "" : " ms");
        String median = Show.percentile(metric, "p50");
        return new KeyNumber(name + " p50", median, median.startsWith("needs") ? "" : "ms", detail);
    }

    private static Optional<KeyNumber> rate(RunRecord run, String key, String name) {
        return Optional.ofNullable(run.rates().get(key))
                .map(
                        value -> {
                            int gpus = run.shape().engineGpus();
                            String each = gpus > 1 ? Show.number(value / gpus) + " per GPU" : "";
                            return new KeyNumber(name, Show.number(value), "/s", each);
                        });
    }

    private static Optional<KeyNumber> goodput(RunRecord run) {
        return Optional.ofNullable(run.rates().get("goodput"))
                .map(
                        share ->
                                new KeyNumber(
                                        "Goodput",
                                        Show.percent(share),
                                        "",
                                        "inside the SLO, of all offered"));
    }

    private static Optional<KeyNumber> errors(RunRecord run) {
        if (run.offered() == 0) {
            return Optional.empty();
        }
        long completed = run.outcomes().getOrDefault("Completed", 0L);
        long missing = run.offered() - completed;
        return Optional.of(
                new KeyNumber(
                        "Not completed",
                        Show.count(missing),
                        "",
                        "of " + Show.count(run.offered()) + " offered"));
    }
}
