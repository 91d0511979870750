package dev.shakedown.harness.run;

import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.load.LoadResult.PhaseSpan;
import dev.shakedown.workloads.load.Settling;
import dev.shakedown.workloads.measure.ClientHealth;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.SampleFloor;
import dev.shakedown.workloads.openai.CompletionTransport.Connections;
import dev.shakedown.workloads.openai.ServerCounters;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** A load of 1,000 requests in which nothing went wrong, with one thing changed at a time. */
final class Loads {
    static final int REQUESTS = 1_000;
    private static final long MILLI = 1_000_000;

    private LoadResult.ScheduleFacts schedule = schedule(REQUESTS, REQUESTS, 1 * MILLI);
    private Map<String, Long> outcomes = Map.of("Completed", (long) REQUESTS);
    private Map<Metric, Histogram> histograms = histograms(REQUESTS);
    private Map<Metric, Map<SampleFloor, Long>> effective = Map.of();
    private LoadResult.Totals totals = new LoadResult.Totals(REQUESTS, REQUESTS, 5_000, 9_000, 0);
    private ServerCounters after = new ServerCounters(5_100, 9_200, REQUESTS + 3, 0, 0, 0, 16);
    private ClientHealth health =
            new ClientHealth(4, List.of(), 0, 0.5, 0.5, 0, ClientHealth.Loop.IDLE);
    private LoadResult.Trend trend = new LoadResult.Trend(0, 10, 10, 20, 1.0, false);
    private boolean exactPrompts = true;
    private long sharedTokens;
    private List<PhaseSpan> phases = List.of(new PhaseSpan("measure", 0, 30_000 * MILLI));
    private Optional<Settling> settling = Optional.empty();
    private List<LoadResult.EndpointFacts> endpoints = List.of();
    private boolean drained = true;
    private boolean stopped;

    static Loads good() {
        return new Loads();
    }

    Loads scheduled(long belowCap, long sentBelowCap, long sendDelayNs) {
        schedule = schedule(belowCap, sentBelowCap, sendDelayNs);
        return this;
    }

    Loads completing(long completed) {
        outcomes = Map.of("Completed", completed, "Refused(503)", REQUESTS - completed);
        histograms = histograms(completed);
        return this;
    }

    Loads countingAs(Metric metric, SampleFloor percentile, long independent) {
        effective = Map.of(metric, Map.of(percentile, independent));
        return this;
    }

    /** All of a metric's values, one request each. */
    Loads with(Metric metric, long[] nanos) {
        Histogram values = new Histogram(3);
        Arrays.stream(nanos).forEach(values::recordValue);
        histograms.put(metric, values);
        return this;
    }

    Loads counting(ServerCounters server) {
        after = server;
        return this;
    }

    Loads approximate() {
        exactPrompts = false;
        return this;
    }

    Loads sharing(long tokens) {
        sharedTokens = tokens;
        return this;
    }

    Loads uncertain(long requests) {
        totals = new LoadResult.Totals(REQUESTS, REQUESTS - requests, 5_000, 9_000, requests);
        return this;
    }

    Loads client(ClientHealth other) {
        health = other;
        return this;
    }

    Loads having(Metric metric, Histogram values) {
        histograms.put(metric, values);
        return this;
    }

    Loads trending(LoadResult.Trend other) {
        trend = other;
        return this;
    }

    Loads warmedUp(long millis) {
        phases =
                List.of(
                        new PhaseSpan("warmup", 0, millis * MILLI),
                        new PhaseSpan("measure", millis * MILLI, (millis + 30_000) * MILLI));
        return this;
    }

    Loads settling(Settling other) {
        settling = Optional.of(other);
        return this;
    }

    Loads sharedBy(LoadResult.EndpointFacts... all) {
        endpoints = List.of(all);
        return this;
    }

    Loads undrained() {
        drained = false;
        return this;
    }

    Loads stopped() {
        stopped = true;
        return this;
    }

    LoadResult build() {
        return new LoadResult(
                phases,
                new PhaseSpan("steady", 0, 30_000 * MILLI),
                schedule,
                outcomes,
                histograms,
                effective,
                Map.of(),
                REQUESTS,
                totals,
                Optional.of(new ServerCounters(100, 200, 3, 0, 0, 0, 16)),
                Optional.of(after),
                health,
                trend,
                settling,
                new Connections(1, 0, false),
                new LoadResult.PromptFacts(exactPrompts, 0, 0, 0, "salt", sharedTokens),
                Map.of(),
                Optional.empty(),
                endpoints,
                drained,
                stopped);
    }

    private static LoadResult.ScheduleFacts schedule(long belowCap, long sent, long delayNs) {
        Histogram delay = new Histogram(3);
        delay.recordValueWithCount(delayNs, Math.max(1, sent));
        return new LoadResult.ScheduleFacts(REQUESTS, REQUESTS, belowCap, sent, 0, delay);
    }

    private static Map<Metric, Histogram> histograms(long count) {
        Map<Metric, Histogram> all = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            Histogram histogram = new Histogram(3);
            // Intended metrics are slower, so that a test sees which one was used.
            long base = metric == Metric.TTFT_INTENDED ? 200 : 100;
            if (count > 0) {
                histogram.recordValueWithCount(base * MILLI, count);
            }
            all.put(metric, histogram);
        }
        return all;
    }
}
