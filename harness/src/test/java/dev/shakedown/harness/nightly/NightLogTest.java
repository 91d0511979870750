package dev.shakedown.harness.nightly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NightLogTest {
    private static final NightEvent BEGAN = new NightEvent.Began("s/pairs/1/A", "run-1");
    private static final NightEvent ENDED =
            new NightEvent.Ended("s/pairs/1/A", "run-1", "PASSED", 2.5);

    @TempDir private Path folder;

    @Test
    void givesBackWhatWasAppended() {
        List<NightEvent> all =
                List.of(
                        new NightEvent.Night(1, "suite", "abc", "2026-01-01T00:00:00Z"),
                        BEGAN,
                        ENDED,
                        new NightEvent.Kept("run-1"),
                        new NightEvent.Released("run-1"),
                        new NightEvent.Planned("s", 7, "why"),
                        new NightEvent.Finished("EQUIVALENT"));
        append(all);
        assertThat(NightLog.read(folder)).isEqualTo(all);
    }

    /** As a process leaves it that is killed while it writes. */
    @Test
    void tornLastLineIsCutOffAndTheNextOneStandsAlone() throws IOException {
        append(List.of(BEGAN));
        Files.writeString(file(), "{\"event\":\"ended\",\"slo", StandardOpenOption.APPEND);
        assertThat(NightLog.read(folder)).containsExactly(BEGAN);

        append(List.of(ENDED));

        assertThat(NightLog.read(folder)).containsExactly(BEGAN, ENDED);
        assertThat(Files.readAllLines(file())).hasSize(2);
    }

    @Test
    void oneAtATimeWrites() {
        try (NightLog first = NightLog.open(folder).orElseThrow()) {
            assertThat(NightLog.open(folder)).isEmpty();
            first.append(BEGAN);
        }
        NightLog.open(folder).orElseThrow().close();
    }

    /** On Linux a process loses its lock on a file that it opens and closes once more. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void readingTheLogLeavesItLocked() throws IOException {
        try (NightLog log = NightLog.open(folder).orElseThrow()) {
            log.append(BEGAN);
            assertThat(NightLog.read(folder)).containsExactly(BEGAN);
            String inode = ":" + Files.getAttribute(folder.resolve("night.lock"), "unix:ino");
            assertThat(Files.readAllLines(Path.of("/proc/locks")))
                    .anyMatch(line -> line.contains(" POSIX ") && line.contains(inode + " "));
        }
    }

    @Test
    void interruptedThreadStillWrites() {
        try (NightLog log = NightLog.open(folder).orElseThrow()) {
            Thread.currentThread().interrupt();
            log.append(BEGAN);
            log.append(ENDED);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(NightLog.read(folder)).containsExactly(BEGAN, ENDED);
    }

    @Test
    void eventOfALaterVersionHidesNoOther() throws IOException {
        Files.writeString(file(), "{\"event\":\"slept\",\"hours\":3}\n");
        append(List.of(BEGAN));
        assertThat(NightLog.read(folder)).containsExactly(BEGAN);
    }

    private void append(List<NightEvent> events) {
        try (NightLog log = NightLog.open(folder).orElseThrow()) {
            events.forEach(log::append);
        }
    }

    private Path file() {
        return folder.resolve(NightLog.FILE);
    }
}
