package dev.shakedown.harness.nightly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PowerTest {
    /** A CV of 3 % a run: pairs spread by 4.2 %; 2 (2.8 · 3/5)² + 2 = 7.6 (facts, A.4). */
    @Test
    void asksForAsManyPairsAsTheRuleOfThumb() {
        Power power = new Power(.03 * Math.sqrt(2), 30);
        assertThat(power.pairs(.05)).isEqualTo(8);
        assertThat(power.change(8)).isLessThan(.05);
        assertThat(power.change(7)).isGreaterThan(.05);
    }

    @Test
    void fewerThanFiveDecideNothingHoweverQuietItIs() {
        Power quiet = new Power(.0001, 30);
        assertThat(quiet.pairs(.05)).isEqualTo(5);
        assertThat(quiet.change(4)).isInfinite();
    }

    @Test
    void takesItsSpreadFromChangesAroundZero() {
        assertThat(Power.of(List.of(.03, -.04)).spread()).isCloseTo(.0354, within(.0001));
        assertThat(Power.of(List.of()).spread()).isZero();
    }
}
