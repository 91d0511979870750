package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.RunClock;
import dev.shakedown.workloads.measure.RunFiles;
import dev.shakedown.workloads.openai.ScriptedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class LoadGeneratorTest {
    private static final Duration NONE = Duration.ZERO;

    @TempDir Path directory;

    @Test
    void openLoopKeepsItsScheduleWhileTheServerStalls() throws Exception {
        // Both slots of the cap are held by a stall; what is due meanwhile waits for a slot.
        ScriptedServer.Script stalling =
                exchange -> {
                    if (exchange.number() == 10 || exchange.number() == 11) {
                        new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS);
                    }
                    return exchange.complete(exchange.maxTokens());
                };
        LoadResult result = run(stalling, plan(new Arrivals.Constant(100), 2));

        Histogram hides = result.histograms().get(Metric.TTFT);
        Histogram shows = result.histograms().get(Metric.TTFT_INTENDED);
        assertThat(shows.getValueAtPercentile(80))
                .isGreaterThan(2 * hides.getValueAtPercentile(80));
        assertThat(result.schedule().capHits()).isPositive();
        assertThat(result.schedule().belowCap()).isLessThan(result.schedule().drawn());
        assertThat(result.schedule().sentBelowCap()).isEqualTo(result.schedule().belowCap());
        assertThat(result.trend().capReached()).isTrue();
        List<Long> intended = column("intended_ns");
        assertThat(intended).hasSize(100);
        for (int i = 0; i < intended.size(); i++) {
            assertThat(intended.get(i) - intended.getFirst()).isEqualTo(i * 10_000_000L);
        }
    }

    @Test
    void closedLoopHasExactlyItsUsersInFlight() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger met = new AtomicInteger();
        CyclicBarrier allThree = new CyclicBarrier(3);
        ScriptedServer.Script meeting =
                exchange -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    try {
                        allThree.await(500, TimeUnit.MILLISECONDS);
                        met.incrementAndGet();
                    } catch (Exception e) {
                        // The last ones: the others were sent no successor.
                    }
                    now.decrementAndGet();
                    return exchange.complete(exchange.maxTokens());
                };
        LoadResult result = run(meeting, plan(new Arrivals.ClosedLoop(3), 512));
        assertThat(most).hasValue(3);
        assertThat(met.get()).isGreaterThanOrEqualTo(3);
        assertThat(result.outcomes()).containsOnlyKeys("Completed");
        assertThat(result.drained()).isTrue();
    }

    @Test
    void closedLoopDoesNotFloodAServerThatRefuses() throws Exception {
        LoadResult result =
                run(
                        exchange -> {
                            exchange.send("HTTP/1.1 503 No\r\ncontent-length: 4\r\n\r\nbusy");
                            return true;
                        },
                        plan(new Arrivals.ClosedLoop(2), 512));
        assertThat(result.outcomes()).containsOnlyKeys("Refused(503)");
        assertThat(result.schedule().drawn()).isBetween(2L, 24L);
        assertThat(result.errors()).containsOnlyKeys("busy");
    }

    @Test
    void warmUpIsRecordedButNotMeasured() throws Exception {
        LoadPlan plan = plan(new Arrivals.Constant(50), 512, Duration.ofMillis(500), NONE);
        LoadResult result = run(exchange -> exchange.complete(exchange.maxTokens()), plan);
        assertThat(result.schedule().drawn()).isEqualTo(50);
        assertThat(result.totals().sent()).isEqualTo(75);
        assertThat(result.totals().outputTokens()).isEqualTo(75 * 4);
        assertThat(result.outcomes()).isEqualTo(Map.of("Completed", 50L));
        assertThat(result.histograms().get(Metric.E2E).getTotalCount()).isEqualTo(50);
        assertThat(result.histograms().get(Metric.ICL).getTotalCount()).isEqualTo(150);
        assertThat(result.phases())
                .extracting(LoadResult.PhaseSpan::name)
                .containsExactly("warmup", "measure", "drain");
        Map<String, Histogram> logged = RunFiles.histograms(directory);
        assertThat(logged.get("warmup/ttft").getTotalCount()).isEqualTo(25);
        assertThat(logged.get("ttft").getTotalCount()).isEqualTo(50);
    }

    @Test
    void whatHasNotEndedByTheDrainsDeadlineIsCancelled() throws Exception {
        LoadResult result =
                run(
                        exchange -> {
                            exchange.head();
                            new CountDownLatch(1).await(20, TimeUnit.SECONDS);
                            return false;
                        },
                        plan(new Arrivals.Constant(10), 4));
        assertThat(result.drained()).isFalse();
        assertThat(result.outcomes()).isEqualTo(Map.of("Cancelled", 10L));
        assertThat(result.schedule().sent()).isEqualTo(4);
        assertThat(result.totals().uncertain()).isEqualTo(4);
        assertThat(column("id")).hasSize(10).isSorted();
    }

    @Test
    void stopEndsALongLoadAtOnceWithWhatThereIs() throws Exception {
        LoadPlan plan = plan(new Arrivals.Constant(50), 512, Duration.ZERO, Duration.ofHours(1));
        try (ScriptedServer server = new ScriptedServer(e -> e.complete(e.maxTokens()));
                LoadRecording recording = new LoadRecording(directory, RunClock.startNow())) {
            LoadGenerator[] generator = new LoadGenerator[1];
            generator[0] =
                    new LoadGenerator(server.endpoint(), recording, _ -> generator[0].stop());
            LoadResult result = generator[0].run(plan, Slo.NONE);
            assertThat(result.stopped()).isTrue();
            assertThat(result.outcomes().get("Completed")).isPositive();
        }
    }

    @Test
    void goodputCountsAgainstAllOfferedAndUnreachableServersYieldOutcomes() throws Exception {
        ScriptedServer server = new ScriptedServer(e -> e.complete(4));
        server.close();
        try (LoadRecording recording = new LoadRecording(directory, RunClock.startNow())) {
            LoadResult result =
                    new LoadGenerator(server.endpoint(), recording, LoadObserver.NONE)
                            .run(plan(new Arrivals.Constant(10), 512), Slo.NONE);
            assertThat(result.outcomes()).isEqualTo(Map.of("Broken(connect)", 10L));
            assertThat(result.good()).isZero();
            assertThat(result.before()).isEmpty();
            assertThat(result.prompts().exact()).isFalse();
        }
    }

    @Test
    void requestsSlowerThanTheObjectiveAreNotGood() throws Exception {
        Slo impossible =
                new Slo(Optional.of(Duration.ofNanos(1)), Optional.empty(), Optional.empty());
        try (ScriptedServer server = new ScriptedServer(e -> e.complete(e.maxTokens()));
                LoadRecording recording = new LoadRecording(directory, RunClock.startNow())) {
            LoadResult result =
                    new LoadGenerator(server.endpoint(), recording, LoadObserver.NONE)
                            .run(plan(new Arrivals.Constant(10), 512), impossible);
            assertThat(result.outcomes()).isEqualTo(Map.of("Completed", 10L));
            assertThat(result.good()).isZero();
        }
    }

    @Test
    void everyPercentileButIclsCanBeRecomputedFromTheRequestLog() throws Exception {
        LoadPlan plan =
                plan(
                        new Arrivals.Poisson(150),
                        512,
                        Duration.ofMillis(300),
                        Duration.ofMillis(1500));
        run(
                exchange -> {
                    if (exchange.number() % 7 == 3) {
                        exchange.head();
                        exchange.send(ScriptedServer.chunk(1));
                        return false;
                    }
                    if (exchange.number() % 7 == 4) {
                        // Three tokens at once: TPOT must leave them out.
                        exchange.head();
                        exchange.send(ScriptedServer.chunk(3));
                        exchange.send(ScriptedServer.chunk(4) + "data: [DONE]\n\n");
                        return false;
                    }
                    return exchange.complete(exchange.maxTokens());
                },
                plan);
        Map<String, Histogram> logged = RunFiles.histograms(directory);
        Map<String, Histogram> recomputed = RunFiles.recompute(directory);
        assertThat(recomputed).containsKeys("ttft", "tpot", "warmup/e2e.intended");
        for (Map.Entry<String, Histogram> expected : recomputed.entrySet()) {
            Histogram actual = logged.get(expected.getKey());
            assertThat(actual.getTotalCount())
                    .as(expected.getKey())
                    .isEqualTo(expected.getValue().getTotalCount());
            for (double percentile : new double[] {1, 50, 90, 95, 99, 99.9, 100}) {
                assertThat(actual.getValueAtPercentile(percentile))
                        .as(expected.getKey() + " p" + percentile)
                        .isEqualTo(expected.getValue().getValueAtPercentile(percentile));
            }
        }
        assertThat(logged.keySet().stream().filter(tag -> !tag.endsWith("icl")))
                .containsExactlyInAnyOrderElementsOf(recomputed.keySet());
    }

    @Test
    void turnsOfASessionRepeatWhatTheServerAnswered() throws Exception {
        Sessions sessions =
                new Sessions(new TokenLengths.Fixed(3), Optional.of(new TokenLengths.Fixed(5)));
        List<String> bodies = new CopyOnWriteArrayList<>();
        LoadResult result =
                run(
                        exchange -> {
                            bodies.add(exchange.body());
                            return exchange.complete(exchange.maxTokens());
                        },
                        plan(new Arrivals.ClosedLoop(1), 512).in(sessions));
        JsonMapper json = JsonMapper.shared();
        List<String> prompts =
                bodies.stream().map(b -> json.readTree(b).path("prompt").asString()).toList();
        assertThat(prompts).hasSizeGreaterThan(6);
        assertThat(prompts.get(1)).startsWith(prompts.get(0) + "tttt ");
        assertThat(prompts.get(2)).startsWith(prompts.get(1) + "tttt ");
        assertThat(prompts.get(3)).doesNotContain("tttt");
        assertThat(result.sessions().orElseThrow().laterTtft().getTotalCount()).isPositive();
        List<Map<String, String>> rows = RunFiles.requests(directory);
        assertThat(Long.parseLong(rows.get(1).get("intended_ns")))
                .isEqualTo(Long.parseLong(rows.get(0).get("stream_end_ns")) + 5_000_000);
    }

    @Test
    void turnThatFailsEndsItsSessionWhileOthersGoOn() throws Exception {
        Sessions sessions = new Sessions(new TokenLengths.Fixed(3), Optional.empty());
        LoadResult result =
                run(
                        exchange -> {
                            if (exchange.number() == 1) {
                                exchange.send("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n");
                                return true;
                            }
                            return exchange.complete(exchange.maxTokens());
                        },
                        plan(new Arrivals.Constant(10), 512).in(sessions));
        LoadResult.SessionFacts facts = result.sessions().orElseThrow();
        assertThat(facts.begun()).isEqualTo(10);
        assertThat(facts.lost()).isBetween(1L, 2L);
        assertThat(facts.turns() + facts.lost() + facts.unfinished()).isEqualTo(30);
        assertThat(result.outcomes()).containsEntry("Refused(503)", 1L);
        assertThat(result.drained()).isTrue();
    }

    private LoadResult run(ScriptedServer.Script script, LoadPlan plan) throws IOException {
        try (ScriptedServer server = new ScriptedServer(script);
                LoadRecording recording = new LoadRecording(directory, RunClock.startNow())) {
            return new LoadGenerator(server.endpoint(), recording, LoadObserver.NONE)
                    .run(plan, Slo.NONE);
        }
    }

    private List<Long> column(String name) throws IOException {
        return RunFiles.requests(directory).stream()
                .map(row -> Long.parseLong(row.get(name)))
                .toList();
    }

    private static LoadPlan plan(Arrivals arrivals, int cap) {
        return plan(arrivals, cap, NONE, NONE);
    }

    private static LoadPlan plan(Arrivals arrivals, int cap, Duration warmUp, Duration duration) {
        return new LoadPlan(
                arrivals,
                new Prompts(new TokenLengths.Fixed(5), new TokenLengths.Fixed(4), 42),
                Api.COMPLETIONS,
                warmUp,
                duration.isZero() ? Duration.ofSeconds(1) : duration,
                cap,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30));
    }
}
