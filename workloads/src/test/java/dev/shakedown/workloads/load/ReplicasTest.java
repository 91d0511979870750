package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.RunClock;
import dev.shakedown.workloads.measure.RunFiles;
import dev.shakedown.workloads.openai.PromptPart;
import dev.shakedown.workloads.openai.ScriptedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A load that several servers share. */
class ReplicasTest {
    @TempDir Path directory;

    @Test
    void requestsGoToOneAfterTheOther() {
        assertThat(
                        LongStream.range(0, 6)
                                .mapToObj(id -> due(id, List.of(new PromptPart(5, id))))
                                .map(due -> Balance.ROUND_ROBIN.replica(due, 3)))
                .containsExactly(0, 1, 2, 0, 1, 2);
    }

    /** Whenever it comes to be due. */
    @Test
    void turnGoesWhereItsSessionAndItsNumberSay() {
        for (long id = 0; id < 4; id++) {
            Turn turn = new Turn(4, 2, 3, List.of(), 0);
            Draws.Drawn drawn =
                    new Draws.Drawn(List.of(new PromptPart(5, id)), 4, false, Optional.of(turn));
            assertThat(Balance.ROUND_ROBIN.replica(new Flights.Due(id, 0, drawn, false), 3))
                    .isEqualTo(2);
        }
    }

    @Test
    void promptsThatShareAPrefixGoTogether() {
        Set<Integer> used = new HashSet<>();
        for (long prefix = 0; prefix < 20; prefix++) {
            Set<Integer> replicas = new HashSet<>();
            for (long id = 0; id < 10; id++) {
                replicas.add(
                        Balance.STICKY.replica(
                                due(
                                        id,
                                        List.of(
                                                new PromptPart(5, prefix),
                                                new PromptPart(5, 100 + id))),
                                3));
            }
            assertThat(replicas).hasSize(1);
            used.addAll(replicas);
        }
        assertThat(used).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void sessionStaysWhereItBeganAndEachEndpointIsCounted() throws IOException {
        LoadResult result = run(Balance.STICKY);
        Map<String, Set<String>> bySession = new HashMap<>();
        for (Map<String, String> row : RunFiles.requests(directory)) {
            bySession
                    .computeIfAbsent(row.get("session"), _ -> new HashSet<>())
                    .add(row.get("endpoint"));
        }
        assertThat(bySession).hasSizeGreaterThan(5);
        assertThat(bySession.values()).allMatch(endpoints -> endpoints.size() == 1);
        List<LoadResult.EndpointFacts> each = result.endpoints();
        assertThat(each).hasSize(2).allMatch(one -> one.totals().completed() > 0);
        assertThat(each.stream().mapToLong(one -> one.totals().sent()).sum())
                .isEqualTo(result.totals().sent());
        assertThat(each.stream().mapToLong(one -> one.ttft().getTotalCount()).sum())
                .isEqualTo(result.completed());
    }

    @Test
    void turnsGoToAllEndpointsWhereNothingHoldsThem() throws IOException {
        LoadResult result = run(Balance.ROUND_ROBIN);
        long first = result.endpoints().getFirst().totals().sent();
        long second = result.endpoints().getLast().totals().sent();
        assertThat(first).isGreaterThan(second / 2);
        assertThat(second).isGreaterThan(first / 2);
    }

    private LoadResult run(Balance balance) throws IOException {
        LoadPlan plan =
                new LoadPlan(
                        new Arrivals.Constant(40),
                        new Prompts(new TokenLengths.Fixed(5), new TokenLengths.Fixed(4), 42)
                                .in(new Sessions(new TokenLengths.Fixed(3), Optional.empty())),
                        Api.COMPLETIONS,
                        Duration.ZERO,
                        Duration.ofMillis(300),
                        512,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30));
        try (ScriptedServer one = new ScriptedServer(e -> e.complete(e.maxTokens()));
                ScriptedServer other = new ScriptedServer(e -> e.complete(e.maxTokens()));
                LoadRecording recording = new LoadRecording(directory, RunClock.startNow())) {
            Replicas both = new Replicas(List.of(one.endpoint(), other.endpoint()), balance);
            LoadResult result =
                    new LoadGenerator(both, recording, LoadObserver.NONE).run(plan, Slo.NONE);
            assertThat(one.requests()).isEqualTo(result.endpoints().getFirst().totals().sent());
            assertThat(other.requests()).isEqualTo(result.endpoints().getLast().totals().sent());
            return result;
        }
    }

    private static Flights.Due due(long id, List<PromptPart> prompt) {
        return new Flights.Due(id, 0, new Draws.Drawn(prompt, 4, false, Optional.empty()), false);
    }
}
