package dev.shakedown.harness.nightly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.nightly.Slot.Stage;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SlotTest {
    @Test
    void armsTakeTurnsSoThatDriftHitsBothAlike() {
        List<Slot> slots = Slot.pairs("s", Stage.PAIRS, 1, 4);
        assertThat(slots.stream().map(slot -> slot.arm().letter()).collect(Collectors.joining()))
                .isEqualTo("ABBAABBA");
        assertThat(slots).extracting(Slot::pair).containsExactly(1, 1, 2, 2, 3, 3, 4, 4);
    }

    @Test
    void noTwoStartsOfANightShareAKey() {
        List<Slot> all = new java.util.ArrayList<>(Slot.warm("s"));
        all.addAll(Slot.control("s", 1, 2));
        all.addAll(Slot.pairs("s", Stage.PAIRS, 1, 3));
        all.addAll(Slot.pairs("s", Stage.CONFIRM, 1, 3));
        assertThat(new HashSet<>(all.stream().map(Slot::key).toList())).hasSize(all.size());
    }
}
