package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.workloads.load.LoadResult;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

// They mostly wait.
@Execution(ExecutionMode.CONCURRENT)
class EngineDeathTest {
    private static final Optional<LoadResult> BROKEN =
            Optional.of(Loads.good().completing(990).build());

    @Test
    void deathThatIsKnownAMomentAfterItsRequestsBrokeCounts() throws InterruptedException {
        assertThat(EngineDeath.after(BROKEN, endsAfter(Duration.ofMillis(800)))).hasValue(137);
    }

    @Test
    void engineThatOnlyRefusedSomeLivesOn() throws InterruptedException {
        assertThat(EngineDeath.after(BROKEN, endsAfter(Duration.ofDays(1)))).isEmpty();
    }

    @Test
    void nothingIsWaitedForWhereNothingBroke() throws InterruptedException {
        long began = System.nanoTime();

        assertThat(
                        EngineDeath.after(
                                Optional.of(Loads.good().build()), endsAfter(Duration.ofDays(1))))
                .isEmpty();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
    }

    private static RunningEngine endsAfter(Duration life) {
        long end = System.nanoTime() + life.toNanos();
        return new RunningEngine() {
            @Override
            public URI baseUrl() {
                return URI.create("http://127.0.0.1:9");
            }

            @Override
            public Optional<Path> log() {
                return Optional.empty();
            }

            @Override
            public OptionalInt exitStatus() {
                return System.nanoTime() < end ? OptionalInt.empty() : OptionalInt.of(137);
            }
        };
    }
}
