package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.measure.ChunkGaps;
import org.junit.jupiter.api.Test;

class StepTimesTest {
    private final StepTimes steps = new StepTimes();

    @Test
    void streamsAtTheSameTimeShowTheSameSteps() {
        for (int stream = 0; stream < 8; stream++) {
            add(100, 10, 20, 30);
        }
        assertThat(steps.witnessed()).containsExactly(10, 20, 30);
        assertThat(steps.unseen()).isEqualTo(1);
    }

    @Test
    void oneWitnessFollowsTheOther() {
        add(0, 10, 10);
        add(5, 10, 10);
        add(20, 30, 40);
        assertThat(steps.witnessed()).containsExactly(10, 10, 30, 40);
    }

    /** 40 ns of 100 were witnessed. */
    @Test
    void stepsBetweenWitnessesAreCountedByTheirTime() {
        add(0, 10, 10);
        add(80, 10, 10);
        assertThat(steps.unseen()).isEqualTo(2.5);
    }

    private void add(long firstTokenNs, long... gapsNs) {
        ChunkGaps gaps = new ChunkGaps();
        long last = firstTokenNs;
        for (long gap : gapsNs) {
            gaps.add(gap);
            last += gap;
        }
        steps.add(firstTokenNs, last, gaps);
    }
}
