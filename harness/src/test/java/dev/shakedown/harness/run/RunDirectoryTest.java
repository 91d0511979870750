package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    private static final Instant AT = Instant.parse("2026-11-24T00:10:20.5Z");

    @TempDir private Path folder;

    @Test
    void nameIsUtcTimeScenarioAndSixHexDigits() {
        RunDirectory made = RunDirectory.create(folder.resolve("new/runs"), "2x8-tp8.pp-2", AT);

        assertThat(made.id()).matches("20261124T001020Z-2x8-tp8\\.pp-2-[0-9a-f]{6}");
        assertThat(made.path()).isDirectory().isAbsolute();
    }

    @Test
    void twoRunsOfOneSecondHaveFoldersOfTheirOwn() {
        assertThat(RunDirectory.create(folder, "a", AT))
                .isNotEqualTo(RunDirectory.create(folder, "a", AT));
    }

    @Test
    void nameCannotLeadOutOfTheRunsFolder() {
        RunDirectory made = RunDirectory.create(folder, "../a b/ü", AT);

        assertThat(made.path().getParent()).isEqualTo(folder.toAbsolutePath());
        assertThat(made.id()).contains("-.._a_b__-");
    }
}
