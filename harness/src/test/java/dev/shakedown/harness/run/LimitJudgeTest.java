package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.scenario.Limit;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.SampleFloor;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitJudgeTest {
    private static final Limit TTFT_P99 =
            new Limit.Latency(Metric.TTFT, SampleFloor.P99, Duration.ofMillis(150));

    @Test
    void openLoopCountsTtftFromTheIntendedTime() {
        LimitResult open = new LimitJudge(Loads.good().build(), true).judge(TTFT_P99);
        LimitResult closed = new LimitJudge(Loads.good().build(), false).judge(TTFT_P99);

        assertThat(open.met()).contains(false);
        assertThat(open.name()).isEqualTo("ttft.p99 (ttft.intended)");
        assertThat(closed.met()).contains(true);
    }

    @Test
    void tooFewOfferedRequestsLeaveAPercentileUnjudged() {
        LoadResult few = Loads.good().completing(600).build();
        Limit p999 = new Limit.Latency(Metric.TPOT, SampleFloor.P99_9, Duration.ofSeconds(1));

        LimitResult result = new LimitJudge(few, true).judge(p999);

        assertThat(result.met()).isEmpty();
        assertThat(result.measured()).isEqualTo("600 of 6636 requests");
    }

    @Test
    void tooFewAnswersToEnoughRequestsAreTheServersFault() {
        LoadResult refused = Loads.good().completing(100).build();

        assertThat(new LimitJudge(refused, true).judge(TTFT_P99).met()).contains(false);
    }

    @Test
    void errorsAndGoodputAreSharesOfAllThatWasOffered() {
        LimitJudge judge = new LimitJudge(Loads.good().completing(990).build(), true);

        assertThat(judge.judge(new Limit.ErrorRatio(0.01)).met()).contains(true);
        assertThat(judge.judge(new Limit.ErrorRatio(0.009)).met()).contains(false);
        assertThat(judge.judge(new Limit.ErrorRatio(0.009)).measured()).isEqualTo("1.00 %");
    }

    @Test
    void achievedRateIsThePaceOfTheAnswers() {
        LoadResult slow =
                Loads.good().trending(new LoadResult.Trend(1, 10, 90, 100, 0.9, false)).build();

        assertThat(new LimitJudge(slow, true).judge(new Limit.AchievedRate(0.98)).met())
                .contains(false);
    }
}
