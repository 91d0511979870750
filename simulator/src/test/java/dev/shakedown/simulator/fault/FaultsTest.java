package dev.shakedown.simulator.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private final AtomicLong now = new AtomicLong(-5);

    @Test
    void isThereFromItsBeginToItsEnd() {
        Faults faults =
                faults(
                        new Fault(
                                kind("slow-node"),
                                OptionalInt.of(1),
                                OptionalInt.empty(),
                                Duration.ofSeconds(2),
                                Optional.of(Duration.ofSeconds(3)),
                                1));
        assertThat(faults.slowness()).isEqualTo(1);
        at(Duration.ofMillis(1999));
        assertThat(faults.onNode(Effect.GPU_SPEED, 0)).isEmpty();
        at(Duration.ofSeconds(2));
        assertThat(faults.onNode(Effect.GPU_SPEED, 0)).contains("0.6");
        assertThat(faults.onNode(Effect.GPU_SPEED, 1)).isEmpty();
        assertThat(faults.slowness()).isEqualTo(1 / 0.6);
        at(Duration.ofSeconds(5));
        assertThat(faults.onNode(Effect.GPU_SPEED, 0)).isEmpty();
    }

    @Test
    void slowsAsMuchAsItIsAskedFor() {
        Fault slight =
                new Fault(
                        kind("slow-rank"),
                        OptionalInt.empty(),
                        OptionalInt.of(3),
                        Duration.ZERO,
                        Optional.empty(),
                        1,
                        OptionalDouble.of(.95));
        assertThat(faults(slight).slowness()).isEqualTo(1 / .95);
        assertThat(Fault.parse(Fault.write(List.of(slight)))).containsExactly(slight);
        assertThat(slight.describe()).isEqualTo("slow-rank rank 3 speed 0.95");
    }

    @Test
    void ofAnEngineWaitsUntilThatServes() {
        Faults faults = faults(Fault.of(kind("silent-engine")));
        at(Duration.ofHours(1));
        assertThat(faults.slowness()).isEqualTo(1);
        faults.engineServes();
        assertThat(faults.slowness()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void hitsTheLastNodeAndItsFirstGpuWhereNobodySaysWhich() {
        Faults node = faults(Fault.of(kind("no-cuda-in-task")));
        assertThat(node.onGpu(Effect.TASK_ERROR, 1, 7)).isPresent();
        assertThat(node.onGpu(Effect.TASK_ERROR, 0, 7)).isEmpty();

        Fault lost = Fault.of(kind("gpu-lost"));
        Faults rank = faults(lost);
        assertThat(rank.rankOf(lost)).isEqualTo(8);
        assertThat(rank.onGpu(Effect.TASK_ERROR, 1, 0)).isPresent();
        assertThat(rank.onGpu(Effect.TASK_ERROR, 1, 1)).isEmpty();
    }

    @Test
    void meetsTheShareOfTheRequestsThatWasAskedForAndTheSameOnesAgain() {
        Faults faults = faults(truncated(.1));
        faults.engineServes();
        long hit = hit(faults).length;
        // A binomial of 10,000 at 0.1 has a standard deviation of 30.
        assertThat(hit).isBetween(850L, 1150L);
        Faults again = faults(truncated(.1));
        again.engineServes();
        assertThat(hit(again)).isEqualTo(hit(faults));
    }

    @Test
    void keepsAnEngineFromComingUpWhereItsKindSaysSo() {
        assertThat(faults(Fault.of(kind("slow-rank"))).inStart()).isEmpty();
        assertThat(faults(Fault.of(kind("silent-start"))).inStart())
                .hasValueSatisfying(start -> assertThat(start.fails()).isFalse());
        assertThat(faults(Fault.of(kind("out-of-memory-at-load"))).inStart())
                .hasValueSatisfying(start -> assertThat(start.fails()).isTrue());
    }

    @Test
    void travelsToAnotherProcess() {
        List<Fault> all =
                List.of(
                        truncated(.25),
                        Fault.of(kind("slow-rank")),
                        new Fault(
                                kind("slow-node"),
                                OptionalInt.of(2),
                                OptionalInt.empty(),
                                Duration.ofMillis(1500),
                                Optional.of(Duration.ofSeconds(7)),
                                1));
        assertThat(Fault.parse(Fault.write(all))).isEqualTo(all);
    }

    /** An effect that no fault has would be code that nobody needs. */
    @Test
    void everyEffectBelongsToAFault() {
        Set<Effect> used = EnumSet.noneOf(Effect.class);
        FaultKind.KNOWN.forEach(kind -> used.addAll(kind.effects().keySet()));
        assertThat(used).containsExactlyInAnyOrder(Effect.values());
    }

    private static Fault truncated(double share) {
        return new Fault(
                kind("truncated-stream"),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Duration.ZERO,
                Optional.empty(),
                share);
    }

    private static long[] hit(Faults faults) {
        return LongStream.range(0, 10_000)
                .filter(number -> faults.onRequest(Effect.CUT_AFTER, number).isPresent())
                .toArray();
    }

    private static FaultKind kind(String name) {
        return FaultKind.named(name).orElseThrow();
    }

    private Faults faults(Fault fault) {
        return new Faults(List.of(fault), 2, 8, now::get);
    }

    /** After the cluster came up. */
    private void at(Duration age) {
        now.set(age.toNanos() - 5);
    }
}
