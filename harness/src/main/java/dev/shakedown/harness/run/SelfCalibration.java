package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.ExactProcess;
import dev.shakedown.harness.cluster.ExactProcess.Spread;
import dev.shakedown.harness.cluster.ExactProcess.Truth;
import dev.shakedown.reports.run.FloorSummary;
import dev.shakedown.reports.run.FloorSummary.Added;
import dev.shakedown.workloads.load.LoadGenerator;
import dev.shakedown.workloads.load.LoadObserver;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.load.Slo;
import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.RunClock;
import dev.shakedown.workloads.openai.Endpoint;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** Measures this client on a server whose times are known. */
final class SelfCalibration {
    /** In which the client's code gets compiled; nothing of it counts. */
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private static final Duration MEASURED = Duration.ofSeconds(6);
    private static final double COMPLETED = 0.99;

    /** As long as a stream's next token takes: beyond it, a client measures itself. */
    private static final long MOST_NS = CalibrationLoad.ITL.toNanos();

    /** A client sends so late at most, or the run is INVALID. */
    private static final long QUIET_NS = 5_000_000;

    private static final double MEDIAN = 50;

    private static final double TAIL = 99;
    private static final double PERCENT = 100;

    private SelfCalibration() {}

    /** What came of it. */
    sealed interface Outcome {}

    /**
     * The client can do it.
     *
     * @param quiet whether the same would come of it another day
     */
    record Measured(FloorSummary floor, boolean quiet) implements Outcome {}

    /** It cannot, by far. */
    record Beyond(String what, List<String> evidence) implements Outcome {}

    /** The server could not, so that nothing is known of the client. */
    record Unknown(String why) implements Outcome {}

    /**
     * Takes some 10 s. An interrupt ends it early, and stays set.
     *
     * @throws dev.shakedown.harness.cluster.StepFailedException if there is no server
     */
    static Outcome measure(CalibrationLoad load) {
        try (ExactProcess server = ExactProcess.start(CalibrationLoad.TTFT, CalibrationLoad.ITL)) {
            make(load, WARM_UP, server);
            if (Thread.currentThread().isInterrupted()) {
                return new Unknown("it was interrupted");
            }
            server.forget();
            LoadResult result = make(load, MEASURED, server);
            return judge(load, result, server.truth());
        }
    }

    /**
     * All requests of the load count on both sides: it has no warm-up, and is drained. On one
     * machine both may be short of cores, and a server that reads late looks like a client that
     * does: so what only the client can be blamed for comes first.
     */
    static Outcome judge(CalibrationLoad load, LoadResult result, Truth truth) {
        Added ttft = added(result, Metric.TTFT_INTENDED, truth.ttft());
        Optional<Added> gap =
                values(result, Metric.ICL).getTotalCount() == 0
                        ? Optional.empty()
                        : Optional.of(added(result, Metric.ICL, truth.itl()));
        long gapMedian = gap.map(Added::p50).orElse(0L);
        long sentLate = values(result, Metric.SEND_DELAY).getValueAtPercentile(MEDIAN);
        if (sentLate > MOST_NS) {
            return new Beyond(
                    "half of its requests left more than %s late"
                            .formatted(Durations.millis(sentLate)),
                    evidence(result));
        }
        if (truth.late().p50() > MOST_NS) {
            return new Unknown(
                    "at %s the exact server was %s late itself"
                            .formatted(load.text(), Durations.millis(truth.late().p50())));
        }
        if (Math.max(ttft.p50(), gapMedian) > MOST_NS) {
            return new Beyond(
                    "it adds %s to the median TTFT and %s to the median gap by itself"
                            .formatted(Durations.millis(ttft.p50()), Durations.millis(gapMedian)),
                    evidence(result));
        }
        long drawn = result.schedule().drawn();
        if (result.completed() < COMPLETED * drawn) {
            return new Beyond(
                    "%,d of %,d requests failed".formatted(drawn - result.completed(), drawn),
                    evidence(result));
        }
        return new Measured(
                new FloorSummary(
                        Instant.now(),
                        load.requestsPerSecond(),
                        load.tokensPerSecond(),
                        added(result, Metric.TTFT, truth.ttft()),
                        gap),
                quiet(result));
    }

    /** Whether nothing disturbed the client meanwhile: its floor is then that of the machine. */
    private static boolean quiet(LoadResult result) {
        return result.health().stalls().isEmpty()
                && values(result, Metric.SEND_DELAY).getValueAtPercentile(TAIL) <= QUIET_NS;
    }

    private static LoadResult make(CalibrationLoad load, Duration duration, ExactProcess server) {
        try (LoadRecording nowhere =
                new LoadRecording(_ -> OutputStream.nullOutputStream(), RunClock.startNow())) {
            return new LoadGenerator(
                            Endpoint.of(server.url(), ExactProcess.MODEL),
                            nowhere,
                            LoadObserver.NONE)
                    .run(load.plan(duration), Slo.NONE);
        }
    }

    private static Added added(LoadResult result, Metric metric, Spread server) {
        Histogram client = values(result, metric);
        return new Added(
                Math.max(0, client.getValueAtPercentile(MEDIAN) - server.p50()),
                Math.max(0, client.getValueAtPercentile(TAIL) - server.p99()));
    }

    private static Histogram values(LoadResult result, Metric metric) {
        return Objects.requireNonNull(result.histograms().get(metric), "all metrics are there");
    }

    private static List<String> evidence(LoadResult result) {
        String busy =
                String.format(
                        Locale.ROOT,
                        "%d cores, of which %.1f were used; the busiest of its threads was busy for %.0f %%",
                        result.health().cores(),
                        result.health().peakProcessCores(),
                        PERCENT * result.health().peakLoop().busy());
        return result.errors().keySet().stream()
                .findFirst()
                .map(error -> List.of(busy, "a request said: " + error))
                .orElse(List.of(busy));
    }
}
