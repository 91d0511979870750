package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Single server queues by Lindley's recursion, in milliseconds. */
class PaceTest {
    private static final int REQUESTS = 750;
    private static final double MEAN_GAP = 40;

    private final Random random = new Random(42);
    private final Pace pace = new Pace();
    private double due;
    private double free;

    @Test
    void keepsUpHoweverUnevenArrivalsAndLatenciesAre() {
        for (int i = 0; i < REQUESTS; i++) {
            due += gap();
            pace.add((long) due, (long) (due + 3_000 + random.nextGaussian() * 300));
        }

        assertThat(pace.from(0)).isCloseTo(1, within(0.005));
    }

    @Test
    void tellsTheServedRateOfAServerThatIsTooSlow() {
        serve(REQUESTS, MEAN_GAP / 0.8);

        assertThat(pace.from(0)).isCloseTo(0.8, within(0.03));
    }

    @Test
    void leavesOutHowLatenciesGrowWhileTheBatchFills() {
        long full = 0;
        for (int i = 0; i < REQUESTS; i++) {
            due += gap();
            full = i == 100 ? (long) due : full;
            pace.add((long) due, (long) (due + 3_000 * Math.min(1, i / 100.0)));
        }

        assertThat(pace.from(full)).isCloseTo(1, within(0.001));
        assertThat(pace.from(0)).isLessThan(0.98);
    }

    @Test
    void claimsNothingFromLessThanTwoRequests() {
        assertThat(pace.from(0)).isEqualTo(1);
        pace.add(1, 100);
        assertThat(pace.from(0)).isEqualTo(1);
    }

    private void serve(int requests, double serviceTime) {
        for (int i = 0; i < requests; i++) {
            due += gap();
            free = Math.max(due, free) + serviceTime;
            pace.add((long) due, (long) free);
        }
    }

    private double gap() {
        return -Math.log(1 - random.nextDouble()) * MEAN_GAP;
    }
}
