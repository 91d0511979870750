package dev.shakedown.reports.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Numbers: scipy 1.17.1 ({@code stats.mannwhitneyu}, {@code stats.false_discovery_control}); the 15
 * p values are the example of Benjamini and Hochberg (1995).
 */
class TestsOfRanksTest {
    @Test
    void separatedGroupsReachTheSmallestP() {
        Sample six = Samples.pairs(Samples.TPOT, Samples.BEFORE, Samples.AFTER);
        Sample five = Samples.groups(Samples.TPOT, Samples.BEFORE, Samples.AFTER.subList(0, 5));

        assertThat(p(six)).isCloseTo(0.0021645021645, within(1e-12));
        assertThat(p(five)).isCloseTo(0.0043290043290, within(1e-12));
        assertThat(RankTest.smallest(6)).isCloseTo(p(six), within(1e-12));
        assertThat(RankTest.smallest(5)).isCloseTo(2 / 252.0, within(1e-12));
    }

    @Test
    void mixedGroupsAreExact() {
        Sample mixed =
                Samples.groups(
                        Samples.TPOT,
                        List.of(1.1, 2.3, 0.7, 4.0, 3.1),
                        List.of(2.9, 3.6, 5.0, 1.9));

        assertThat(p(mixed)).isCloseTo(0.4126984126984, within(1e-12));
    }

    @Test
    void tiesAreCorrectedFor() {
        Sample tied =
                Samples.pairs(
                        Samples.TPOT, Collections.nCopies(6, 10.0), Collections.nCopies(6, 10.4));

        assertThat(p(tied)).isCloseTo(0.0012619447673880, within(1e-12));
        assertThat(
                        p(
                                Samples.pairs(
                                        Samples.TPOT,
                                        Collections.nCopies(6, 10.0),
                                        Collections.nCopies(6, 10.0))))
                .isEqualTo(1);
    }

    @Test
    void benjaminiAndHochbergsExample() {
        double[] adjusted =
                FalseDiscoveries.adjusted(
                        .0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262,
                        .5719, .6528, .7590, 1.0);

        assertThat(adjusted)
                .containsExactly(
                        new double[] {
                            .0015, .003, .0095, .035625, .0603, .063857, .063857, .0645, .0765,
                            .486, .581182, .714875, .753231, .813214, 1
                        },
                        within(1e-6));
    }

    @Test
    void theOrderOfTheFamilyDoesNotMatter() {
        assertThat(FalseDiscoveries.adjusted(.04, .001, .03))
                .containsExactly(new double[] {.04, .003, .04}, within(1e-12));
    }

    private static double p(Sample sample) {
        return RankTest.p(sample).orElseThrow();
    }
}
