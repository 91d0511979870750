package dev.shakedown.harness.nightly;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.PercentileValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A run in a few words, for a line of progress. */
final class NightWords {
    private static final double NANOS_PER_MS = 1e6;

    private NightWords() {}

    static String of(RunRecord run) {
        List<String> words = new ArrayList<>();
        Optional.ofNullable(run.rates().get("outputTokens/s"))
                .ifPresent(rate -> words.add(String.format(Locale.ROOT, "%,.0f tokens/s", rate)));
        median(run, "ttft").ifPresent(ms -> words.add("TTFT p50 " + ms));
        median(run, "tpot").ifPresent(ms -> words.add("TPOT p50 " + ms));
        return String.join(", ", words);
    }

    private static Optional<String> median(RunRecord run, String metric) {
        return Optional.ofNullable(run.metrics().get(metric))
                .map(MetricSummary::percentiles)
                .map(all -> all.get("p50"))
                .flatMap(PercentileValue::value)
                .map(nanos -> String.format(Locale.ROOT, "%.2f ms", nanos / NANOS_PER_MS));
    }
}
