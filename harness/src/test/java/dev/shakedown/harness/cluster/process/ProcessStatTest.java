package dev.shakedown.harness.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessStatTest {
    private static final String REST =
            " S 7 40 41 0 -1 4194304 1 0 0 0 5 6 0 0 20 0 9 0 987654 1000 2000";

    @Test
    void readsTheFieldsThatSayWhoBelongsTogether() {
        assertThat(ProcessStat.parse("42 (raylet)" + REST))
                .contains(new ProcessStat(42, "raylet", 'S', 7, 40, 41, 987654));
    }

    @Test
    void takesNamesWithSpacesAndParentheses() {
        assertThat(ProcessStat.parse("42 (a) S (b c)" + REST))
                .contains(new ProcessStat(42, "a) S (b c", 'S', 7, 40, 41, 987654));
    }

    @Test
    void refusesWhatIsNoStatLine() {
        assertThat(ProcessStat.parse("")).isEmpty();
        assertThat(ProcessStat.parse("42 (cut) S 7")).isEmpty();
        assertThat(ProcessStat.parse("42 (x) S a b c d e f g h i j k l m n o p q r s")).isEmpty();
    }

    @Test
    void countsZombiesAsDead() {
        assertThat(ProcessStat.parse("42 (z)" + REST.replace(" S ", " Z ")).orElseThrow().dead())
                .isTrue();
    }
}
