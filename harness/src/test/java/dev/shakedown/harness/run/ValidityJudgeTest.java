package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.ScenarioFile;
import dev.shakedown.harness.scenario.ScenarioLoader;
import dev.shakedown.harness.scenario.ScenarioOverride;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.workloads.load.Api;
import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.load.Prompts;
import dev.shakedown.workloads.load.Sessions;
import dev.shakedown.workloads.load.TokenLengths;
import dev.shakedown.workloads.measure.ClientHealth;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.Stall;
import dev.shakedown.workloads.openai.ServerCounters;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ValidityJudgeTest {
    private static final Prompts PROMPTS =
            new Prompts(new TokenLengths.Fixed(1), new TokenLengths.Fixed(1), 1);
    private static final Optional<LoadPlan> STEADY_RATE = plan(new Arrivals.Poisson(10));
    private static final Optional<LoadPlan> GROWING_RATE =
            plan(new Arrivals.Ramp(1, 10, Duration.ofSeconds(30), false));

    /** Over before the measured phase begins. */
    private static final Optional<LoadPlan> GROWN_RATE =
            plan(new Arrivals.Ramp(1, 10, Duration.ofSeconds(5), false));

    private static final Optional<LoadPlan> USERS = plan(new Arrivals.ClosedLoop(8));

    private static final int CORES = 4;
    private final Scenario scenario = scenario("2x8-tp8-pp2");

    @Test
    void cleanMeasurementIsValid() {
        assertThat(codes(Loads.good())).isEmpty();
    }

    @Test
    void slowServerIsNoReason() {
        assertThat(codes(Loads.good().trending(new LoadResult.Trend(5, 1, 500, 512, 0.3, true))))
                .isEmpty();
    }

    @Test
    void unsentScheduleBelowTheCapIsTheClientsFault() {
        assertThat(codes(Loads.good().scheduled(1_000, 980, 1_000))).containsExactly("schedule");
        assertThat(codes(Loads.good().scheduled(500, 500, 1_000))).isEmpty();
    }

    @Test
    void lateSendsAreTheClientsFault() {
        assertThat(codes(Loads.good().scheduled(1_000, 1_000, 6_000_000)))
                .containsExactly("sendDelay");
    }

    @Test
    void lateSendsBelowAnyPercentilesFloorProveNothing() {
        assertThat(codes(Loads.good().scheduled(10, 10, 6_000_000))).isEmpty();
        assertThat(codes(Loads.good().scheduled(11, 11, 6_000_000))).containsExactly("sendDelay");
    }

    @Test
    void busyClientMeasuresItself() {
        assertThat(
                        codes(
                                Loads.good()
                                        .client(
                                                new ClientHealth(
                                                        CORES,
                                                        List.of(),
                                                        0,
                                                        3.3,
                                                        0.9,
                                                        0,
                                                        ClientHealth.Loop.IDLE))))
                .containsExactly("clientCpu");
    }

    @Test
    void loopThatHasNoTimeLeftMeasuresItself() {
        assertThat(codes(Loads.good().client(loop(0.5, 0.29)))).isEmpty();
        assertThat(codes(Loads.good().client(loop(0.81, 0)))).containsExactly("loopThread");
        // Starved: it ran little, for others had its core.
        assertThat(codes(Loads.good().client(loop(0.2, 0.31)))).containsExactly("loopThread");
    }

    @Test
    void singleStallThatMovesALimitedPercentileIsTheClientsFault() {
        // The limit is TTFT p99 2 s, of which 5 % are 100 ms; the p99 of 1,000 is the 990th.
        assertThat(codes(slowest(11).client(stalled(1, 300)))).containsExactly("clientStalls");
        assertThat(codes(slowest(12).client(stalled(1, 300)))).isEmpty();
        assertThat(codes(slowest(11).client(stalled(1, 60)))).isEmpty();
        assertThat(codes(slowest(11).client(stalled(0, 300)))).isEmpty();
    }

    private static Loads slowest(int requests) {
        Histogram waits = new Histogram(3);
        waits.recordValueWithCount(200_000_000L, Loads.REQUESTS - requests);
        waits.recordValueWithCount(600_000_000L, requests);
        return Loads.good().having(Metric.TTFT_INTENDED, waits);
    }

    private static ClientHealth loop(double ran, double waited) {
        return new ClientHealth(CORES, List.of(), 0, 1, 0.5, 0, new ClientHealth.Loop(ran, waited));
    }

    private static ClientHealth stalled(long touched, long millis) {
        List<Stall> stalls = List.of(new Stall(0, millis * 1_000_000, "scheduling"));
        return new ClientHealth(CORES, stalls, touched, 1, 0.5, 0, ClientHealth.Loop.IDLE);
    }

    @Test
    void stallsCountByTheRequestsTheyTouched() {
        List<Stall> stalls = List.of(new Stall(0, 50_000_000, "gc"));

        assertThat(
                        codes(
                                Loads.good()
                                        .client(
                                                new ClientHealth(
                                                        CORES,
                                                        stalls,
                                                        1,
                                                        1,
                                                        1,
                                                        0,
                                                        ClientHealth.Loop.IDLE))))
                .isEmpty();
        assertThat(
                        codes(
                                Loads.good()
                                        .client(
                                                new ClientHealth(
                                                        CORES,
                                                        stalls,
                                                        2,
                                                        1,
                                                        1,
                                                        0,
                                                        ClientHealth.Loop.IDLE))))
                .containsExactly("clientStalls");
    }

    @Test
    void countersMustMatchExactly() {
        ServerCounters oneMore = new ServerCounters(5_100, 9_201, 1_003, 0, 0, 0, 16);

        assertThat(codes(Loads.good().counting(oneMore))).containsExactly("reconciliation");
    }

    /** In the sum nothing is missing. */
    @Test
    void eachEndpointIsHeldAgainstItsOwnCounters() {
        assertThat(codes(Loads.good().sharedBy(endpoint(500, 500), endpoint(500, 500)))).isEmpty();
        assertThat(codes(Loads.good().sharedBy(endpoint(500, 499), endpoint(500, 501))))
                .containsExactly("reconciliation", "reconciliation");
    }

    private static LoadResult.EndpointFacts endpoint(long client, long server) {
        return new LoadResult.EndpointFacts(
                URI.create("http://a"),
                client,
                new LoadResult.Totals(client, client, 0, 0, 0),
                new Histogram(3),
                Optional.of(new ServerCounters(7, 8, 9, 0, 0, 0, 16)),
                Optional.of(new ServerCounters(7, 8, 9 + server, 0, 0, 0, 16)));
    }

    @Test
    void cutRequestsLeaveTheServerAheadWithoutBlame() {
        ServerCounters ahead = new ServerCounters(5_150, 9_900, 1_003, 0, 0, 0, 16);
        ServerCounters behind = new ServerCounters(5_150, 9_100, 1_003, 0, 0, 0, 16);

        assertThat(codes(Loads.good().uncertain(5).counting(ahead))).isEmpty();
        assertThat(codes(Loads.good().uncertain(5).counting(behind)))
                .containsExactly("reconciliation");
    }

    @Test
    void prefixCacheHitsWhereEveryPromptIsNewAreARepeat() {
        ServerCounters hits = new ServerCounters(5_100, 9_200, 1_003, 5_000, 4_000, 0, 16);

        assertThat(codes(Loads.good().counting(hits))).containsExactly("prefixCache");
    }

    @Test
    void prefixCacheMayHitWhatPromptsShareAndNoMore() {
        ServerCounters hits = new ServerCounters(5_100, 9_200, 1_003, 5_000, 4_000, 0, 16);

        assertThat(codes(Loads.good().counting(hits).sharing(4_000))).isEmpty();
        assertThat(codes(Loads.good().counting(hits).sharing(4_800))).isEmpty();
        assertThat(codes(Loads.good().counting(hits).sharing(3_900)))
                .containsExactly("prefixCache");
    }

    @Test
    void chatsAreJudgedOnlyWhereTheLengthOfTheirTemplateIsKnown() {
        ServerCounters hits = new ServerCounters(5_100, 9_200, 1_003, 5_000, 4_000, 0, 16);
        Scenario chat = scenario("2x8-tp8-pp2", "load.api=chat");
        Loads loads = Loads.good().counting(hits);

        assertThat(new ValidityJudge(chat, loads.build()).invalid(List.of()))
                .extracting(Reason::code)
                .containsExactly("prefixCache");
        assertThat(new ValidityJudge(chat, loads.approximate().build()).invalid(List.of()))
                .isEmpty();
    }

    @Test
    void unjudgedLimitMakesTheRunInvalid() {
        LimitResult open =
                new LimitResult("ttft.p99", "<= 2 s", "240 of 662 requests", Optional.empty());

        List<Reason> reasons =
                new ValidityJudge(scenario, Loads.good().build()).invalid(List.of(open));

        assertThat(reasons)
                .containsExactly(new Reason("sampleFloor", "ttft.p99: 240 of 662 requests"));
    }

    @Test
    void serverThatFallsBehindIsSaturatedForEachReason() {
        assertThat(Saturation.of(Loads.good().build(), STEADY_RATE)).isEmpty();
        assertThat(
                        saturated(
                                Loads.good()
                                        .trending(
                                                new LoadResult.Trend(5, 10, 200, 300, 0.9, false)),
                                STEADY_RATE))
                .containsExactly("queue", "pace");
        assertThat(
                        saturated(
                                Loads.good()
                                        .trending(
                                                new LoadResult.Trend(5, 10, 200, 300, 0.9, false)),
                                GROWING_RATE))
                .isEmpty();
        assertThat(
                        saturated(
                                Loads.good()
                                        .trending(
                                                new LoadResult.Trend(5, 10, 200, 300, 0.9, false)),
                                GROWN_RATE))
                .containsExactly("queue", "pace");
        assertThat(
                        saturated(
                                Loads.good().trending(new LoadResult.Trend(0, 1, 0, 9, 0.9, false)),
                                STEADY_RATE))
                .containsExactly("pace");
        assertThat(
                        saturated(
                                Loads.good()
                                        .trending(new LoadResult.Trend(0, 10, 10, 512, 1, true)),
                                STEADY_RATE))
                .containsExactly("cap");
        assertThat(saturated(Loads.good().completing(900), STEADY_RATE)).containsExactly("errors");
        assertThat(saturated(Loads.good().undrained(), USERS)).containsExactly("drain");
        assertThat(
                        saturated(
                                Loads.good()
                                        .trending(
                                                new LoadResult.Trend(5, 10, 200, 300, 0.9, false)),
                                USERS))
                .isEmpty();
    }

    /** Answers take 100 ms: 200 turns last longer than the warm-up of 10 s, 50 do not. */
    @Test
    void sessionsThatHaveNotEndedFillUpWithoutThinkingToo() {
        LoadResult.Trend grew = new LoadResult.Trend(5, 10, 200, 300, 0.9, false);
        assertThat(saturated(Loads.good().trending(grew), sessions(200))).isEmpty();
        assertThat(saturated(Loads.good().trending(grew), sessions(50)))
                .containsExactly("queue", "pace");
    }

    private static Optional<LoadPlan> sessions(int turns) {
        Sessions sessions = new Sessions(new TokenLengths.Fixed(turns), Optional.empty());
        return plan(new Arrivals.Poisson(10), PROMPTS.in(sessions));
    }

    private static Optional<LoadPlan> plan(Arrivals arrivals) {
        return plan(arrivals, PROMPTS);
    }

    private static Optional<LoadPlan> plan(Arrivals arrivals, Prompts prompts) {
        return Optional.of(
                new LoadPlan(
                        arrivals,
                        prompts,
                        Api.COMPLETIONS,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        512,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30)));
    }

    private List<String> codes(Loads loads) {
        return new ValidityJudge(scenario, loads.build())
                .invalid(List.of()).stream().map(Reason::code).toList();
    }

    private static List<String> saturated(Loads loads, Optional<LoadPlan> plan) {
        return Saturation.of(loads.build(), plan).stream().map(Reason::code).toList();
    }

    private static Scenario scenario(String name, String... sets) {
        Path file = Path.of("..", "scenarios", name + ".yaml");
        List<ScenarioOverride> overrides = Stream.of(sets).map(ScenarioOverride::parse).toList();
        return ((ScenarioFile.Loaded) ScenarioLoader.load(file, overrides)).scenarios().getFirst();
    }
}
