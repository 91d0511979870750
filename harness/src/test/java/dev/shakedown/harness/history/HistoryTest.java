package dev.shakedown.harness.history;

import static dev.shakedown.harness.history.RunDirectories.SCENARIO;
import static dev.shakedown.harness.history.RunDirectories.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.history.BaselineDecision.What;
import dev.shakedown.harness.history.IndexedRun.Figure;
import dev.shakedown.reports.trend.Trend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index in a real SQLite file. */
class HistoryTest {
    private static final Instant NOW = Instant.parse("2026-12-01T09:00:00.000111Z");

    @TempDir private Path runs;
    private RunDirectories directories;
    private HistoryPlace place;

    @BeforeEach
    void place() {
        directories = new RunDirectories(runs);
        place = HistoryPlace.of(runs, Map.of());
    }

    @Test
    void runIsIndexedWithItsFiguresButNotThoseBelowTheirFloor() throws IOException {
        try (History history = History.open(place)) {
            assertThat(history.add(directories.passed(1))).isEmpty();
            IndexedRun run = history.runs(RunFilter.ALL).getFirst();
            assertThat(run.id()).isEqualTo(id(1));
            assertThat(run.directory()).isEqualTo(id(1));
            assertThat(run.startedAt()).isEqualTo("2026-11-02T02:00:00.123Z");
            assertThat(run.simulated()).isTrue();
            assertThat(run.fingerprint()).containsEntry("vllm", "0.32.0");
            assertThat(run.figures())
                    .isEqualTo(
                            Map.of(
                                    "ttft.p50", new Figure("ns", 101_000_000),
                                    "ttft.mean", new Figure("ns", 1.1e8),
                                    "errorRatio", new Figure("", 0),
                                    "outputTokens/s", new Figure("", 3601.25)));
        }
    }

    @Test
    void sameRunAgainReplacesWhatIsKnownOfIt() throws IOException {
        try (History history = History.open(place)) {
            history.add(directories.write(1, "ABORTED", "VALID"));
            history.add(directories.write(1, "PASSED", "INVALID"));
            assertThat(history.runs(RunFilter.ALL))
                    .extracting(IndexedRun::verdict, IndexedRun::validity)
                    .hasToString("[(PASSED, INVALID)]");
        }
    }

    @Test
    void rebuildMakesTheSameIndex() throws IOException {
        List<IndexedRun> added;
        Baseline decided;
        try (History history = History.open(place)) {
            for (int night = 0; night < 5; night++) {
                Path directory = directories.passed(night);
                directories.load(night, "2-per-s");
                history.add(directory);
            }
            history.accept(SCENARIO, List.of(), "ada", "as good as it gets", NOW);
            added = history.runs(new RunFilter(Optional.empty(), Optional.empty(), true));
            decided = history.baseline(SCENARIO);
        }
        assertThat(added).hasSize(10);
        Files.delete(runs.resolve(HistoryPlace.FILE));
        for (int again = 0; again < 2; again++) {
            try (History history = History.open(place)) {
                assertThat(history.rebuild()).isEqualTo(new History.Rebuilt(5, 5, 1, List.of()));
                assertThat(history.runs(new RunFilter(Optional.empty(), Optional.empty(), true)))
                        .isEqualTo(added);
                assertThat(history.baseline(SCENARIO)).isEqualTo(decided);
            }
        }
    }

    @Test
    void runThatMadeNoLoadIsListedButIsNoLevelAndNoPointOfATrend() throws IOException {
        directories.passed(1);
        Path warm = directories.passed(2).resolve("run.json");
        Files.writeString(warm, Files.readString(warm).replace("{\"Completed\":700}", "{}"));
        try (History history = History.open(place)) {
            history.rebuild();
            assertThat(history.runs(RunFilter.ALL)).hasSize(2);
            assertThat(history.accept(SCENARIO, List.of(), "ada", "why", NOW).runs())
                    .containsExactly(id(1));
            assertThatThrownBy(() -> history.accept(SCENARIO, List.of(id(2)), "ada", "why", NOW))
                    .hasMessageContaining("made no load");
            Trend trend = Trends.of(history, RunFilter.ALL, List.of()).all().getFirst();
            assertThat(trend.runs()).hasSize(1);
            assertThat(trend.leftOut()).isZero();
        }
    }

    /** Eight processes: see HistoryWritersRealIT. */
    @Test
    void newHistoryCanBeOpenedByEightWritersAtOnce() throws Exception {
        List<Path> all = new ArrayList<>();
        for (int night = 0; night < 8; night++) {
            all.add(directories.passed(night));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<List<String>>> writers =
                    all.stream().<Callable<List<String>>>map(run -> () -> addTo(run)).toList();
            for (Future<List<String>> writer : threads.invokeAll(writers)) {
                assertThat(writer.get()).isEmpty();
            }
        }
        try (History history = History.open(place)) {
            assertThat(history.runs(RunFilter.ALL)).hasSize(8);
        }
    }

    private List<String> addTo(Path run) {
        try (History history = History.open(place)) {
            return history.add(run);
        }
    }

    @Test
    void directoryThatIsGoneIsGoneAfterARebuild() throws IOException {
        try (History history = History.open(place)) {
            history.add(directories.passed(1));
            Path other = directories.passed(2);
            history.add(other);
            Files.delete(other.resolve("run.json"));
            Files.delete(other);
            history.rebuild();
            assertThat(history.runs(RunFilter.ALL))
                    .extracting(IndexedRun::id)
                    .containsExactly(id(1));
        }
    }

    @Test
    void whatCannotBeReadIsNamedAndTheRestIsIndexed() throws IOException {
        directories.passed(1);
        Path torn = directories.passed(2).resolve("run.json");
        Files.writeString(torn, Files.readString(torn).substring(0, 200));
        Files.createDirectory(runs.resolve(id(3)));
        Path newer = directories.passed(4).resolve("run.json");
        Files.writeString(
                newer,
                Files.readString(newer)
                        .replace("\"schemaVersion\":1", "\"schemaVersion\":99")
                        .replace("\"offered\":700", "\"offered\":[]"));
        Files.createDirectories(runs.resolve("copy"));
        Files.copy(
                runs.resolve(id(1)).resolve("run.json"), runs.resolve("copy").resolve("run.json"));
        Files.createDirectories(runs.resolve("comparison-of-something"));
        Files.writeString(runs.resolve(BaselineFile.FILE), "{\"schemaVersion\":1,\"id\":\"x\n");
        try (History history = History.open(place)) {
            History.Rebuilt result = history.rebuild();
            assertThat(result.runs()).isEqualTo(1);
            assertThat(result.skipped())
                    .hasSize(5)
                    .anySatisfy(line -> assertThat(line).contains(id(2), "torn"))
                    .anySatisfy(line -> assertThat(line).contains(id(3), "no run.json"))
                    .anySatisfy(line -> assertThat(line).contains(id(4), "newer Shakedown"))
                    .anySatisfy(line -> assertThat(line).contains("copy is a copy of", id(1)))
                    .anySatisfy(line -> assertThat(line).contains("baselines.jsonl:1"));
            assertThat(history.runs(RunFilter.ALL))
                    .extracting(IndexedRun::directory)
                    .containsExactly(id(1));
            assertThat(history.missing()).containsExactly(id(2), id(3), id(4), "copy");
        }
    }

    @Test
    void scenarioIsTheSameAsLongAsWhatItMeasuresIs() {
        String one = ScenarioHash.of(scenario("fast?", "0.02", "vllm:0.31", 1, 14));
        assertThat(one)
                .hasSize(12)
                .isEqualTo(ScenarioHash.of(scenario("slow?", "0.05", "vllm:0.32", 2, 14)))
                .isNotEqualTo(ScenarioHash.of(scenario("fast?", "0.02", "vllm:0.31", 1, 15)));
    }

    private static Map<String, Object> scenario(
            String question, String limit, String image, int seed, int rate) {
        return Map.of(
                "question",
                question,
                "limits",
                Map.of("errorRatio", limit),
                "cluster",
                Map.of("nodes", 2, "kuberay", Map.of("image", image)),
                "load",
                Map.of("rate", rate, "prompts", Map.of("seed", seed)));
    }

    @Test
    void baselineIsWhatWasAcceptedLastAndAResetEndsIt() throws IOException {
        try (History history = History.open(place)) {
            history.add(directories.passed(1));
            history.add(directories.passed(2));
            history.add(directories.write(3, "ABORTED", "VALID"));
            history.accept(SCENARIO, List.of(), "ada", "first", NOW);
            assertThat(history.baseline(SCENARIO).current().orElseThrow().runs())
                    .as("the newest that counts")
                    .containsExactly(id(2));
            List<String> both = List.of(id(1), "runs/" + id(2) + "/");
            history.accept(SCENARIO, both, "ada", "two", NOW.plusSeconds(1));
            assertThat(history.baseline(SCENARIO).current().orElseThrow().runs())
                    .containsExactly(id(1), id(2));
            history.reset(SCENARIO, "grace", "wrong host", NOW.plusSeconds(2));
            Baseline baseline = history.baseline(SCENARIO);
            assertThat(baseline.current()).isEmpty();
            assertThat(baseline.accepted()).isEmpty();
            assertThat(baseline.decisions())
                    .extracting(BaselineDecision::what)
                    .containsExactly(What.ACCEPT, What.ACCEPT, What.RESET);
        }
    }

    @Test
    void acceptanceIsOfOneKindOfRuns() throws IOException {
        for (int night = 0; night < 60; night++) {
            Path other = directories.passed(night).resolve("run.json");
            String ttft = String.valueOf(night / 2 < 15 ? 100_000_000 : 130_000_000);
            Files.writeString(
                    other,
                    Files.readString(other)
                            .replaceAll("\"p50\":\\d+", "\"p50\":" + ttft)
                            .replace("H100 (", night % 2 == 0 ? "H100 (" : "H200 ("));
        }
        try (History history = History.open(place)) {
            history.rebuild();
            assertThatThrownBy(() -> history.accept(SCENARIO, List.of(), "ada", "why", NOW))
                    .hasMessageContaining("several kinds")
                    .hasMessageContaining(id(58) + "  H100")
                    .hasMessageContaining(id(59) + "  H200");
            history.accept(SCENARIO, List.of(id(59)), "ada", "known", NOW);
            List<Trend> trends = Trends.of(history, RunFilter.ALL, List.of("ttft.p50")).all();
            assertThat(trends).hasSize(2);
            assertThat(trends.getFirst().on()).startsWith("H100");
            assertThat(trends.getFirst().lines().getFirst().changes())
                    .isNotEmpty()
                    .allMatch(change -> change.accepted().isEmpty());
            assertThat(trends.getLast().lines().getFirst().changes())
                    .isNotEmpty()
                    .allMatch(change -> change.accepted().isPresent());
        }
    }

    @Test
    void baselineThatMakesNoSenseIsRefused() throws IOException {
        try (History history = History.open(place)) {
            assertThatThrownBy(() -> history.accept(SCENARIO, List.of(), "ada", "why", NOW))
                    .hasMessageContaining("no valid run of " + SCENARIO);
            history.add(directories.write(1, "INVALID", "INVALID"));
            assertThatThrownBy(() -> history.accept(SCENARIO, List.of(id(1)), "ada", "why", NOW))
                    .hasMessageContaining("is INVALID");
            assertThatThrownBy(() -> history.accept(SCENARIO, List.of("nope"), "ada", "why", NOW))
                    .hasMessageContaining("nope: the history has no such run of " + SCENARIO);
            assertThatThrownBy(() -> history.reset(SCENARIO, "ada", "why", NOW))
                    .hasMessageContaining("has no baseline");
            assertThat(runs.resolve(BaselineFile.FILE)).doesNotExist();
        }
    }

    @Test
    void decisionAfterATornLineStandsOnALineOfItsOwn() throws IOException {
        Files.writeString(runs.resolve(BaselineFile.FILE), "{\"schemaVersion\":1,\"id\":\"to");
        try (History history = History.open(place)) {
            history.add(directories.passed(1));
            history.accept(SCENARIO, List.of(), "ada", "a\nb", NOW);
            assertThat(history.rebuild().decisions()).isEqualTo(1);
            assertThat(history.baseline(SCENARIO).current().orElseThrow().why()).isEqualTo("a\nb");
        }
    }

    @Test
    void indexOfANewerVersionIsRefusedAndLeftAsItIs() throws SQLException {
        History.open(place).close();
        sql(
                "INSERT INTO flyway_schema_history SELECT 99, '99', 'later', type, 'V99__later.sql', 1, installed_by, installed_on, 1, 1 FROM flyway_schema_history WHERE installed_rank = 1");
        assertThatThrownBy(() -> History.open(place))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("made by a newer Shakedown (its version 99")
                .hasMessageContaining("next:");
    }

    @Test
    void fileThatIsNoDatabaseIsNamedWithWhatToDo() throws IOException {
        Files.writeString(
                place.file(), "not a database, but long enough to look at: " + "x".repeat(500));
        assertThatThrownBy(() -> History.open(place))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining(HistoryPlace.FILE)
                .hasMessageContaining("not a database")
                .hasMessageContaining("history rebuild");
    }

    @Test
    void folderThatIsNotThereIsNamed() {
        HistoryPlace nowhere = HistoryPlace.of(runs.resolve("nowhere"), Map.of());
        assertThatThrownBy(() -> History.open(nowhere))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("nowhere is no folder");
    }

    @Test
    void movedFolderKeepsItsHistory() throws IOException {
        Path before = Files.createDirectory(runs.resolve("before"));
        try (History history = History.open(HistoryPlace.of(before, Map.of()))) {
            history.add(new RunDirectories(before).passed(1));
        }
        Path after = Files.move(before, runs.resolve("after"));
        try (History history = History.open(HistoryPlace.of(after, Map.of()))) {
            List<IndexedRun> moved = history.runs(RunFilter.ALL);
            history.rebuild();
            assertThat(history.runs(RunFilter.ALL)).hasSize(1).isEqualTo(moved);
        }
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + place.file());
                Statement run = connection.createStatement()) {
            run.executeUpdate(statement);
        }
    }
}
