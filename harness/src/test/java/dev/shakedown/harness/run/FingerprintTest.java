package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.measure.RunClock;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {
    @TempDir private Path folder;

    @Test
    void namesTheProvidersPartAndTheClientsOwn() {
        RunDirectory directory = RunDirectory.create(folder, "print", Instant.EPOCH);
        RunClock clock = RunClock.startNow();
        try (EventLog events = new EventLog(directory.events(), clock)) {
            RunContext run =
                    new RunContext(
                            RunScenarios.bringUpOnly(folder),
                            directory,
                            events,
                            new SilentListener(),
                            new RunContext.Wiring(clock, new FakeProvider()));

            assertThat(Fingerprint.of(run))
                    .containsEntry("fake", "yes")
                    .containsEntry("shakedown", Build.version())
                    .containsOnlyKeys(
                            "fake", "shakedown", "client.java", "client.os", "client.cores");
        }
    }
}
