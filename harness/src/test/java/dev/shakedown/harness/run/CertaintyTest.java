package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.scenario.Limit;
import dev.shakedown.reports.run.RunRecord.Interval;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.SampleFloor;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class CertaintyTest {
    private static final long MILLI = 1_000_000;

    @Test
    void limitOnSamplesThatCountInFullNeedsNoWord() {
        assertThat(reasons(SampleFloor.P99, 1_000, 5_000)).isEmpty();
    }

    @Test
    void percentileOnTooFewIndependentSamplesSaysSo() {
        assertThat(reasons(SampleFloor.P99, 180, 5_000))
                .singleElement()
                .satisfies(
                        reason -> {
                            assertThat(reason.code()).isEqualTo("effectiveSamples");
                            assertThat(reason.text())
                                    .startsWith(
                                            "the 1,000 requests of ttft.p99 count as 180 independent ones, of which it needs 662");
                        });
    }

    @Test
    void limitWithinTheIntervalIsNamed() {
        // 1 to 1,000 ms: p50 of 100 independent ones is known to 9.8 of 100.
        assertThat(reasons(SampleFloor.P50, 100, 550))
                .singleElement()
                .satisfies(
                        reason -> {
                            assertThat(reason.code()).isEqualTo("closeToLimit");
                            assertThat(reason.text()).contains("402 ms to 598 ms");
                        });
        assertThat(reasons(SampleFloor.P50, 100, 650)).isEmpty();
    }

    @Test
    void highPercentileOfFewHasNoUpperEnd() {
        Histogram values = new Histogram(3);
        LongStream.rangeClosed(1, 1_000).forEach(values::recordValue);
        assertThat(MetricSummaries.interval(values, SampleFloor.P99, 380).high()).isEmpty();
        assertThat(MetricSummaries.interval(values, SampleFloor.P99, 381).high()).isPresent();
        assertThat(MetricSummaries.interval(values, SampleFloor.P50, 100))
                .isEqualTo(new Interval(OptionalLong.of(402), OptionalLong.of(598)));
    }

    private static List<Reason> reasons(SampleFloor percentile, long independent, long limitMs) {
        Loads load =
                Loads.good()
                        .with(
                                Metric.TTFT,
                                LongStream.rangeClosed(1, 1_000).map(ms -> ms * MILLI).toArray())
                        .countingAs(Metric.TTFT, percentile, independent);
        return new Certainty(load.build(), false)
                .of(
                        List.of(
                                new Limit.Latency(
                                        Metric.TTFT, percentile, Duration.ofMillis(limitMs))));
    }
}
