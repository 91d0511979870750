package dev.shakedown.harness.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one history, in SQLite and in a real PostgreSQL server. */
@Timeout(120)
class HistoryWritersRealIT {
    private static final int WRITERS = 8;
    private static final int NIGHTS_EACH = 2;
    private static final int FIGURES = 4;
    private static final RunFilter EVERYTHING =
            new RunFilter(Optional.empty(), Optional.empty(), true);

    private static EmbeddedPostgres server;

    private final List<Process> started = new ArrayList<>();

    @TempDir private Path runs;
    private String url;
    private List<HistoryPlace> places;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    /** A schema of its own, so that tests do not see each other's rows. */
    @BeforeEach
    void place() throws Exception {
        String schema = "t" + Math.abs(runs.hashCode());
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA " + schema);
        }
        url =
                "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres&currentSchema=%s"
                        .formatted(server.getPort(), schema);
        places =
                List.of(
                        HistoryPlace.of(runs, Map.of()),
                        HistoryPlace.of(runs, Map.of(HistoryPlace.URL, url)));
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void eightProcessesWriteAtOnceAndNothingIsLost() throws Exception {
        runs(WRITERS * NIGHTS_EACH);
        for (int i = 0; i < WRITERS; i++) {
            writer(i * NIGHTS_EACH, NIGHTS_EACH, 1);
        }
        for (Process writer : started) {
            assertThat(writer.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(writer.exitValue()).isZero();
        }
        for (HistoryPlace place : places) {
            assertThat(whole(place)).hasSize(WRITERS * NIGHTS_EACH).isEqualTo(rebuilt(place));
        }
    }

    @Test
    void writerThatIsKilledLeavesWholeRunsAndRebuildGivesTheSame() throws Exception {
        int nights = 4;
        runs(nights);
        for (HistoryPlace place : places) {
            rebuilt(place);
        }
        Process writer = writer(0, nights, Integer.MAX_VALUE);
        try (BufferedReader lines = writer.inputReader()) {
            for (int i = 0; i < 2 * nights; i++) {
                assertThat(lines.readLine()).isNotNull();
            }
            writer.destroyForcibly().waitFor();
        }
        for (HistoryPlace place : places) {
            assertThat(whole(place)).hasSize(nights).isEqualTo(rebuilt(place));
        }
    }

    @Test
    void foldersOfATeamDoNotTouchEachOther() throws Exception {
        runs(3);
        Path elsewhere = Files.createDirectory(runs.resolve("elsewhere"));
        new RunDirectories(elsewhere).passed(7);
        HistoryPlace other = HistoryPlace.of(elsewhere, Map.of(HistoryPlace.URL, url));
        HistoryPlace ours = places.getLast();
        rebuilt(ours);
        assertThat(rebuilt(other)).hasSize(4);
        assertThat(rebuilt(ours)).hasSize(4);
        try (History history = History.open(ours)) {
            assertThat(history.missing()).isEmpty();
        }
    }

    private void runs(int nights) throws IOException {
        RunDirectories directories = new RunDirectories(runs);
        for (int night = 0; night < nights; night++) {
            directories.passed(night);
        }
    }

    private static List<IndexedRun> whole(HistoryPlace place) {
        try (History history = History.open(place)) {
            List<IndexedRun> all = history.runs(EVERYTHING);
            assertThat(all).allSatisfy(run -> assertThat(run.figures()).hasSize(FIGURES));
            return all;
        }
    }

    private static List<IndexedRun> rebuilt(HistoryPlace place) {
        try (History history = History.open(place)) {
            assertThat(history.rebuild().skipped()).isEmpty();
            return history.runs(EVERYTHING);
        }
    }

    private Process writer(int first, int nights, int times) throws IOException {
        Process writer =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                HistoryWriter.class.getName(),
                                runs.toString(),
                                url,
                                String.valueOf(first),
                                String.valueOf(nights),
                                String.valueOf(times))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        started.add(writer);
        return writer;
    }
}
