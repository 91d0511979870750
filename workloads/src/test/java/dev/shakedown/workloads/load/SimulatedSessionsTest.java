package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.RunClock;
import dev.shakedown.workloads.measure.RunFiles;
import dev.shakedown.workloads.openai.PromptPart;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions on a virtual clock: when turns are due, what they ask, and which never come. */
class SimulatedSessionsTest {
    private static final long MS = 1_000_000;
    private static final long S = 1_000 * MS;

    @TempDir private Path folder;
    private FixedServer server = new FixedServer(50 * MS);
    private TokenLengths turns = new TokenLengths.Uniform(1, 4);
    private Optional<TokenLengths> think = Optional.of(new TokenLengths.Uniform(500, 1_500));
    private int cap = 512;
    private int maxModelLength = 1_000;
    private Duration timeout = Duration.ofMinutes(1);

    @Test
    void turnIsDueWhenItsUserHasThoughtAboutTheAnswerBefore() throws IOException {
        LoadResult result = run(new Arrivals.Poisson(5));
        int later = 0;
        Map<Long, Map<String, String>> before = new HashMap<>();
        for (Map<String, String> row : RunFiles.requests(folder)) {
            long turn = number(row, "turn");
            Map<String, String> last = before.put(number(row, "session"), row);
            if (turn == 1) {
                assertThat(last).isNull();
            } else {
                later++;
                assertThat(number(last, "turn")).isEqualTo(turn - 1);
                assertThat(number(row, "intended_ns") - number(last, "stream_end_ns"))
                        .isBetween(500 * MS, 1_500 * MS);
            }
            assertThat(row.get("sent_ns")).isEqualTo(row.get("intended_ns"));
        }
        assertThat(later).isGreaterThan(60);
        LoadResult.SessionFacts facts = result.sessions().orElseThrow();
        assertThat(facts.begun()).isEqualTo(before.size());
        assertThat(facts.turns()).isEqualTo(RunFiles.requests(folder).size());
        assertThat(facts.lost() + facts.tooLong()).isZero();
        assertThat(facts.unfinished()).isPositive();
        assertThat(drawnTurns(facts)).isEqualTo(facts.turns() + facts.unfinished());
        assertThat(facts.firstTtft().getTotalCount() + facts.laterTtft().getTotalCount())
                .isEqualTo(result.completed());
    }

    /** The schedule is that of the same load without sessions. */
    @Test
    void sessionsBeginAtTheDrawnTimes() throws IOException {
        run(new Arrivals.Poisson(5));
        Schedule drawn = Schedule.draw(FireTimes.poisson(5, 42), Duration.ofSeconds(11));
        assertThat(
                        RunFiles.requests(folder).stream()
                                .filter(row -> row.get("turn").equals("1"))
                                .map(row -> number(row, "intended_ns")))
                .containsExactlyElementsOf(
                        java.util.stream.IntStream.range(0, drawn.size())
                                .mapToObj(drawn::offsetNs)
                                .toList());
    }

    @Test
    void promptIsAllThatWasSaidBeforeAndSomethingNew() {
        run(new Arrivals.Poisson(5));
        int later = 0;
        for (FixedServer.Ask ask : server.asked()) {
            List<PromptPart> prompt = ask.prompt();
            if (prompt.size() > 1) {
                later++;
                List<PromptPart> history = prompt.subList(0, prompt.size() - 2);
                PromptPart answer = prompt.get(prompt.size() - 2);
                assertThat(server.asked())
                        .filteredOn(one -> one.prompt().equals(history))
                        .singleElement()
                        .satisfies(
                                one -> assertThat(one.outputTokens()).isEqualTo(answer.tokens()));
            }
        }
        assertThat(later).isGreaterThan(60);
    }

    @Test
    void sameSeedAsksTheSameWhateverTheServerTakes() {
        turns = new TokenLengths.Fixed(3);
        run(new Arrivals.Constant(2));
        List<List<PromptPart>> quick = prompts();
        server = new FixedServer(55 * MS);
        run(new Arrivals.Constant(2));
        // Its last answers come too late for another turn.
        assertThat(quick).containsAll(prompts());
        assertThat(prompts()).hasSizeGreaterThan(40);
    }

    @Test
    void usersCarryOnTheirSessionBeforeTheyBeginAnother() throws IOException {
        turns = new TokenLengths.Fixed(3);
        LoadResult result = run(new Arrivals.ClosedLoop(2));
        Map<Long, Long> ended = new HashMap<>();
        List<Long> openAtOnce = new ArrayList<>();
        for (Map<String, String> row : RunFiles.requests(folder)) {
            long session = number(row, "session");
            ended.put(session, number(row, "turn"));
            openAtOnce.add(ended.values().stream().filter(turn -> turn < 3).count());
        }
        assertThat(ended).hasSizeGreaterThan(6);
        assertThat(openAtOnce).allMatch(open -> open <= 2);
        assertThat(result.trend().inFlightMax()).isBetween(1, 2);
        LoadResult.SessionFacts facts = result.sessions().orElseThrow();
        assertThat(drawnTurns(facts)).isEqualTo(facts.begun() * 3);
    }

    @Test
    void userWithoutThoughtsAsksOnAtOnce() throws IOException {
        turns = new TokenLengths.Fixed(5);
        think = Optional.empty();
        run(new Arrivals.ClosedLoop(1));
        List<Map<String, String>> rows = RunFiles.requests(folder);
        for (int i = 1; i < rows.size(); i++) {
            assertThat(rows.get(i).get("sent_ns")).isEqualTo(rows.get(i - 1).get("stream_end_ns"));
        }
        assertThat(rows).hasSizeGreaterThan(20);
    }

    @Test
    void turnThatFailsEndsItsSessionAndTheRestIsCounted() throws IOException {
        turns = new TokenLengths.Fixed(3);
        // Answers of 3 to 8 tokens: those of more than 5 take longer.
        timeout = Duration.ofMillis(275);
        LoadResult result = run(new Arrivals.Poisson(5));
        LoadResult.SessionFacts facts = result.sessions().orElseThrow();
        List<Map<String, String>> rows = RunFiles.requests(folder);
        long missing =
                rows.stream()
                        .filter(row -> row.get("outcome").equals("TimedOut"))
                        .mapToLong(row -> 3 - number(row, "turn"))
                        .sum();
        assertThat(facts.lost()).isPositive().isEqualTo(missing);
        assertThat(drawnTurns(facts)).isEqualTo(facts.begun() * 3);
        assertThat(rows)
                .filteredOn(row -> row.get("outcome").equals("TimedOut"))
                .allSatisfy(
                        failed ->
                                assertThat(rows)
                                        .noneMatch(
                                                row ->
                                                        row.get("session")
                                                                        .equals(
                                                                                failed.get(
                                                                                        "session"))
                                                                && number(row, "turn")
                                                                        > number(failed, "turn")));
    }

    @Test
    void sessionEndsWhereTheModelTakesNoMore() {
        turns = new TokenLengths.Fixed(4);
        maxModelLength = 50;
        LoadResult result = run(new Arrivals.Poisson(5));
        assertThat(result.sessions().orElseThrow().tooLong()).isPositive();
        assertThat(result.prompts().cut()).isZero();
        assertThat(server.asked())
                .allMatch(
                        ask ->
                                ask.prompt().stream().mapToInt(PromptPart::tokens).sum()
                                                + ask.outputTokens()
                                        <= 50);
    }

    @Test
    void turnsKeepTheirTimeWhereTheCapHoldsThemUp() throws IOException {
        cap = 1;
        LoadResult result = run(new Arrivals.Poisson(5));
        List<Map<String, String>> rows = RunFiles.requests(folder);
        assertThat(rows)
                .filteredOn(row -> !row.get("turn").equals("1") && !row.get("sent_ns").isEmpty())
                .anyMatch(row -> number(row, "sent_ns") > number(row, "intended_ns"));
        assertThat(result.trend().inFlightMax()).isEqualTo(1);
        LoadResult.SessionFacts facts = result.sessions().orElseThrow();
        assertThat(facts.turns()).isEqualTo(rows.size());
        assertThat(rows.stream().map(row -> number(row, "id")).toList()).isSorted();
    }

    @Test
    void prefixComesOnTopOfTheFirstTurn() {
        Prompts plain = prompts(Optional.empty());
        Prompts shared = prompts(Optional.of(new SharedPrefix(1, 100, 1)));
        try (RequestFeed one = RequestFeedTest.feed(plain, 1_000);
                RequestFeed other = RequestFeedTest.feed(shared, 1_000)) {
            Draws.Drawn first = other.drawn(0);
            assertThat(first.prompt()).hasSize(2);
            assertThat(first.prompt().getFirst().tokens()).isEqualTo(100);
            assertThat(first.inputTokens()).isEqualTo(100 + one.drawn(0).inputTokens());
        }
    }

    private List<List<PromptPart>> prompts() {
        return server.asked().stream().map(FixedServer.Ask::prompt).toList();
    }

    private static long drawnTurns(LoadResult.SessionFacts facts) {
        return facts.turns() + facts.lost() + facts.tooLong() + facts.unfinished();
    }

    private static long number(Map<String, String> row, String column) {
        return Long.parseLong(row.get(column));
    }

    private LoadResult run(Arrivals arrivals) {
        LoadPlan plan =
                new LoadPlan(
                        arrivals,
                        prompts(Optional.empty()),
                        Api.COMPLETIONS,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        cap,
                        Duration.ofMinutes(1),
                        timeout);
        Slo none = new Slo(Optional.empty(), Optional.empty(), Optional.empty());
        try (LoadRecording recording =
                LoadRecording.virtual(
                        folder,
                        new RunClock(Instant.ofEpochSecond(1_800_000_000), server::nowNs))) {
            return new SimulatedLoad(server, recording, LoadObserver.NONE)
                    .run(plan, none, maxModelLength);
        }
    }

    private Prompts prompts(Optional<SharedPrefix> prefix) {
        return new Prompts(
                        new TokenLengths.Uniform(10, 20),
                        new TokenLengths.Uniform(3, 8),
                        42,
                        new PromptText.Words(),
                        prefix)
                .in(new Sessions(turns, think));
    }
}
