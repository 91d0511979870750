package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.ExactProcess.Spread;
import dev.shakedown.harness.cluster.ExactProcess.Truth;
import dev.shakedown.reports.run.FloorSummary;
import dev.shakedown.workloads.load.Api;
import dev.shakedown.workloads.measure.Metric;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SelfCalibrationTest {
    private static final long MILLI = 1_000_000;
    private static final CalibrationLoad LOAD = new CalibrationLoad(150, 10, 30, Api.COMPLETIONS);
    private static final Spread ON_TIME = new Spread(0, 0);

    /** The client saw 60 ms to half of the first tokens, 90 ms to the slowest, gaps of 20 ms. */
    private final Loads client =
            Loads.good()
                    .having(Metric.TTFT, values(60, 90))
                    .having(Metric.TTFT_INTENDED, values(61, 95))
                    .having(Metric.ICL, values(20, 29))
                    .having(Metric.SEND_DELAY, values(1, 4));

    @Test
    void floorIsTheClientsPercentileLessTheServers() {
        Truth truth = truth(new Spread(50 * MILLI, 52 * MILLI), new Spread(20 * MILLI, 21 * MILLI));
        FloorSummary floor =
                ((SelfCalibration.Measured) SelfCalibration.judge(LOAD, client.build(), truth))
                        .floor();
        assertThat(floor.ttft().p50()).isBetween(10 * MILLI, 11 * MILLI);
        assertThat(floor.ttft().p99()).isBetween(38 * MILLI, 39 * MILLI);
        assertThat(floor.icl().orElseThrow().p50()).isLessThan(MILLI);
        assertThat(floor.icl().orElseThrow().p99()).isBetween(8 * MILLI, 9 * MILLI);
        assertThat(floor.tokensPerSecond()).isEqualTo(1500);
    }

    @Test
    void serverSlowerThanTheClientSawLeavesNothingToTheClient() {
        Truth truth = truth(new Spread(70 * MILLI, 99 * MILLI), new Spread(25 * MILLI, 30 * MILLI));
        FloorSummary floor =
                ((SelfCalibration.Measured) SelfCalibration.judge(LOAD, client.build(), truth))
                        .floor();
        assertThat(floor.ttft()).isEqualTo(new FloorSummary.Added(0, 0));
    }

    @Test
    void clientThatAddsATokensTimeToHalfOfItsRequestsIsBeyond() {
        Truth truth = truth(new Spread(40 * MILLI, 52 * MILLI), new Spread(20 * MILLI, 21 * MILLI));
        assertThat(SelfCalibration.judge(LOAD, client.build(), truth))
                .isInstanceOfSatisfying(
                        SelfCalibration.Beyond.class,
                        beyond ->
                                assertThat(beyond.what())
                                        .startsWith("it adds 21.0 ms to the median TTFT"));
    }

    @Test
    void clientThatSendsLateIsBeyondWhateverTheServerDid() {
        Truth late = new Truth(ON_TIME, ON_TIME, new Spread(900 * MILLI, 900 * MILLI));
        Loads slow = client.having(Metric.SEND_DELAY, values(21, 99));
        assertThat(SelfCalibration.judge(LOAD, slow.build(), late))
                .isInstanceOfSatisfying(
                        SelfCalibration.Beyond.class,
                        beyond ->
                                assertThat(beyond.what()).contains("left more than 21.0 ms late"));
    }

    @Test
    void requestsThatFailOnAServerThatRefusesNoneAreTheClientsToo() {
        Truth truth = truth(new Spread(60 * MILLI, 90 * MILLI), new Spread(20 * MILLI, 29 * MILLI));
        Loads failing =
                Loads.good()
                        .completing(900)
                        .having(Metric.TTFT_INTENDED, values(61, 95))
                        .having(Metric.ICL, values(20, 29))
                        .having(Metric.SEND_DELAY, values(1, 4));
        assertThat(SelfCalibration.judge(LOAD, failing.build(), truth))
                .isInstanceOfSatisfying(
                        SelfCalibration.Beyond.class,
                        beyond ->
                                assertThat(beyond.what())
                                        .isEqualTo("100 of 1,000 requests failed"));
    }

    @Test
    void clientThatWasDisturbedIsNotQuiet() {
        Truth truth = truth(new Spread(60 * MILLI, 90 * MILLI), new Spread(20 * MILLI, 29 * MILLI));
        assertThat(SelfCalibration.judge(LOAD, client.build(), truth))
                .isInstanceOfSatisfying(
                        SelfCalibration.Measured.class,
                        measured -> assertThat(measured.quiet()).isTrue());
        Loads late = client.having(Metric.SEND_DELAY, values(1, 6));
        assertThat(SelfCalibration.judge(LOAD, late.build(), truth))
                .isInstanceOfSatisfying(
                        SelfCalibration.Measured.class,
                        measured -> assertThat(measured.quiet()).isFalse());
    }

    @Test
    void serverThatWasLateItselfSaysNothingOfTheClient() {
        Truth late =
                new Truth(
                        new Spread(55 * MILLI, 90 * MILLI),
                        new Spread(20 * MILLI, 21 * MILLI),
                        new Spread(30 * MILLI, 99 * MILLI));
        assertThat(SelfCalibration.judge(LOAD, client.build(), late))
                .isInstanceOf(SelfCalibration.Unknown.class);
    }

    private static Truth truth(Spread ttft, Spread itl) {
        return new Truth(ttft, itl, ON_TIME);
    }

    private static Histogram values(long median, long tail) {
        Histogram values = new Histogram(3);
        values.recordValueWithCount(median * MILLI, 980);
        values.recordValueWithCount(tail * MILLI, 20);
        return values;
    }
}
