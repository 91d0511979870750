package dev.shakedown.workloads.load;

import static dev.shakedown.workloads.measure.RequestRecord.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.measure.ChunkGaps;
import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.Phase;
import dev.shakedown.workloads.measure.RequestRecord;
import dev.shakedown.workloads.measure.TokenSource;
import dev.shakedown.workloads.openai.PromptPart;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TallyTest {
    private final Tally tally = new Tally(Slo.NONE, true);

    @Test
    void promptThatTheServerNeverReadIsNotCountedAgainstIt() {
        add(10, NEVER, 0, new Outcome.Cancelled());
        add(10, 30, 3, new Outcome.Cancelled());
        add(10, NEVER, 0, new Outcome.Refused(503));

        assertThat(tally.totals()).isEqualTo(new LoadResult.Totals(3, 0, 16, 3, 2));
    }

    @Test
    void requestsThatWereNeverAnsweredLowerTheAchievedRate() {
        for (int i = 0; i < 9; i++) {
            add(i * 10, i * 10 + 5, 8, new Outcome.Completed());
        }
        add(90, NEVER, 0, new Outcome.Cancelled());

        assertThat(tally.achieved(0)).isEqualTo(0.9);
    }

    private void add(long intendedNs, long firstTokenNs, int outputTokens, Outcome outcome) {
        RequestRecord.Times times =
                new RequestRecord.Times(
                        intendedNs + 1,
                        intendedNs + 2,
                        firstTokenNs,
                        firstTokenNs,
                        firstTokenNs,
                        firstTokenNs,
                        intendedNs + 80);
        Draws.Drawn drawn =
                new Draws.Drawn(List.of(new PromptPart(16, 1)), 8, false, Optional.empty());
        tally.add(
                new RequestRecord(
                        0,
                        Phase.MEASURE,
                        intendedNs,
                        times,
                        16,
                        outputTokens,
                        1,
                        TokenSource.NONE,
                        outcome,
                        200,
                        "",
                        RequestRecord.Turn.NONE,
                        0),
                new Flights.Due(0, intendedNs, drawn, false),
                new ChunkGaps());
    }
}
