package dev.shakedown.simulator.exact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.simulator.engine.Generation;
import dev.shakedown.simulator.engine.Ticks;
import dev.shakedown.simulator.vllm.Backend.Submission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

/** On a clock that jumps from timer to timer. */
class PacerTest {
    private final Clock clock = new Clock();
    private final List<String> written = new ArrayList<>();

    @Test
    void firstTokenAfterTtftAndEachFurtherAfterItl() {
        Pacer pacer = pacer(200, 20);
        submit(pacer, "a", 3, true);
        clock.run(Long.MAX_VALUE);

        assertThat(written).containsExactly("a1@200", "a2@220", "a3@240");
    }

    @Test
    void streamsThatBeginLaterTakeTurnsInTheOrderInWhichTheyAreDue() {
        Pacer pacer = pacer(50, 20);
        submit(pacer, "a", 4, true);
        clock.run(15);
        submit(pacer, "b", 2, true);
        clock.run(Long.MAX_VALUE);

        assertThat(written).containsExactly("a1@50", "b1@65", "a2@70", "b2@85", "a3@90", "a4@110");
    }

    @Test
    void lateTickDoesNotMoveWhatFollows() {
        Pacer pacer = pacer(10, 10);
        submit(pacer, "a", 4, true);
        clock.run(5);
        clock.stall(26);
        clock.run(Long.MAX_VALUE);

        assertThat(written).containsExactly("a1@26", "a2@26", "a3@30", "a4@40");
    }

    @Test
    void firstTokenThatIsDueBeforeTheTimerMovesTheTimer() {
        Pacer pacer = pacer(10, 100);
        submit(pacer, "a", 2, true);
        clock.run(10);
        submit(pacer, "b", 1, true);
        clock.run(Long.MAX_VALUE);

        assertThat(written).containsExactly("a1@10", "b1@20", "a2@110");
    }

    @Test
    void wholeReplyComesWhenItsLastTokenIsDue() {
        submit(pacer(200, 20), "a", 3, false);
        clock.run(Long.MAX_VALUE);

        assertThat(written).containsExactly("a1@240", "a2@240", "a3@240");
    }

    @Test
    void abortedStreamWritesNoMoreAndTheOthersDo() {
        Pacer pacer = pacer(10, 10);
        Runnable abort = submit(pacer, "a", 3, true);
        submit(pacer, "b", 2, true);
        clock.run(10);
        abort.run();
        clock.run(Long.MAX_VALUE);

        assertThat(written).containsExactly("a1@10", "b1@10", "b2@20");
    }

    @Test
    void unpacedStreamsTakeTurnsBeyondOneBurst() {
        Pacer pacer = pacer(0, 0);
        submit(pacer, "a", 200, true);
        submit(pacer, "b", 200, true);
        clock.run(Long.MAX_VALUE);

        assertThat(written).hasSize(400).startsWith("a1@0", "b1@0", "a2@0").endsWith("b200@0");
    }

    private Pacer pacer(int ttftMillis, int itlMillis) {
        ExactTimes times =
                new ExactTimes(Duration.ofMillis(ttftMillis), Duration.ofMillis(itlMillis));
        return new Pacer(times, clock, () -> clock.now, new Truth(times, InstantSource.system()));
    }

    private Runnable submit(Pacer pacer, String name, int tokens, boolean stream) {
        return pacer.submit(
                new Submission(
                        0,
                        clock.now,
                        stream,
                        new Generation(1, tokens, tokens, 0),
                        (id, count, last, reason) ->
                                written.add(name + count + "@" + clock.now / 1_000_000)));
    }

    private static final class Clock implements Ticks {
        private final PriorityQueue<Timer> timers =
                new PriorityQueue<>(Comparator.comparingLong(Timer::at));
        private long now;

        private record Timer(long at, Runnable action) {}

        @Override
        public Runnable after(Duration delay, Runnable action) {
            Timer timer = new Timer(now + delay.toNanos(), action);
            timers.add(timer);
            return () -> timers.remove(timer);
        }

        void run(long untilMillis) {
            long until = untilMillis == Long.MAX_VALUE ? untilMillis : untilMillis * 1_000_000;
            while (!timers.isEmpty() && timers.peek().at <= until) {
                Timer timer = timers.remove();
                now = Math.max(now, timer.at);
                timer.action.run();
            }
            now = untilMillis == Long.MAX_VALUE ? now : Math.max(now, until);
        }

        /** The thread does something else until then. */
        void stall(long untilMillis) {
            now = untilMillis * 1_000_000;
        }
    }
}
