package dev.shakedown.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineCoreTest {
    private static final EngineTimings EXACT =
            new EngineTimings(
                    Duration.ofMillis(50), Duration.ofNanos(10_000), Duration.ofMillis(10), 0);

    private final VirtualTime time = new VirtualTime();
    private final List<String> log = new ArrayList<>();

    @Test
    void tokensComeAtTheirTimes() {
        EngineCore engine = engine(4, EXACT);
        engine.submit(new Generation(1000, 3, 3, 1), sink("a"));

        time.run();

        assertThat(log).containsExactly("a1@60", "a2@70", "a3@80 LENGTH");
    }

    @Test
    void whatDoesNotFitWaitsInTheOrderItCame() {
        EngineCore engine = engine(1, EXACT);
        engine.submit(new Generation(1000, 2, 2, 1), sink("a"));
        engine.submit(new Generation(1000, 1, 1, 2), sink("b"));
        engine.submit(new Generation(1000, 5, 1, 3), sink("c"));

        assertThat(engine.running()).isEqualTo(1);
        assertThat(engine.waiting()).isEqualTo(2);
        time.run();

        assertThat(log).containsExactly("a1@60", "a2@70 LENGTH", "b1@130 LENGTH", "c1@190 STOP");
        assertThat(engine.metrics().generationTokens()).isEqualTo(4);
    }

    @Test
    void abortFreesThePlaceAndCountsOnce() {
        EngineCore engine = engine(1, EXACT);
        Runnable abort = engine.submit(new Generation(1000, 9, 9, 1), sink("a"));
        Runnable abortWaiting = engine.submit(new Generation(1000, 9, 9, 2), sink("b"));
        engine.submit(new Generation(1000, 1, 1, 3), sink("c"));

        abortWaiting.run();
        abort.run();
        abort.run();
        time.run();

        assertThat(log).containsExactly("c1@60 LENGTH");
        assertThat(engine.metrics().ended(FinishReason.ABORT)).isEqualTo(2);
        assertThat(engine.metrics().promptTokens()).isEqualTo(1000);
        assertThat(engine.running()).isZero();
    }

    @Test
    void abortAfterTheEndChangesNothing() {
        EngineCore engine = engine(1, EXACT);
        Runnable abort = engine.submit(new Generation(1, 1, 1, 1), sink("a"));
        time.run();

        abort.run();

        assertThat(engine.metrics().ended(FinishReason.ABORT)).isZero();
        assertThat(engine.metrics().ended(FinishReason.LENGTH)).isEqualTo(1);
    }

    @Test
    void jitterSpreadsAndTheSeedRepeatsIt() {
        EngineTimings jittery =
                new EngineTimings(Duration.ofMillis(50), Duration.ZERO, Duration.ofMillis(10), .06);
        engine(1, jittery).submit(new Generation(1, 5, 5, 7), sink("a"));
        time.run();
        List<String> first = List.copyOf(log);
        long base = time.nanoTime();
        log.clear();
        engine(1, jittery).submit(new Generation(1, 5, 5, 7), sinkFrom("a", base));
        time.run();

        assertThat(log).isEqualTo(first);
        assertThat(first).doesNotContain("a1@50");
    }

    private EngineCore engine(int maxNumSeqs, EngineTimings timings) {
        return new EngineCore(timings, maxNumSeqs, time, time::nanoTime, new EngineMetrics(8192));
    }

    private TokenSink sink(String name) {
        return sinkFrom(name, 0);
    }

    private TokenSink sinkFrom(String name, long baseNanos) {
        return (id, count, last, reason) -> {
            double millis = (time.nanoTime() - baseNanos) / 1e6;
            String at = millis == Math.rint(millis) ? "" + (long) millis : "" + millis;
            log.add(name + count + "@" + at + (last ? " " + reason : ""));
        };
    }
}
