package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.RunClock;
import dev.shakedown.workloads.measure.SampleFloor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedLoadTest {
    private static final long MS = 1_000_000;
    private static final long S = 1_000 * MS;

    @TempDir private Path folder;
    private FixedServer server = new FixedServer(50 * MS);
    private int cap = 512;
    private Duration warmUp = Duration.ofSeconds(1);
    private Duration duration = Duration.ofSeconds(10);
    private Duration timeout = Duration.ofMinutes(1);
    private Duration drain = Duration.ofMinutes(1);

    @Test
    void openLoopIsOfferedAtItsDrawnTimes() throws IOException {
        LoadResult result = run(new Arrivals.Poisson(20));
        Schedule drawn = Schedule.draw(FireTimes.poisson(20, 42), Duration.ofSeconds(11));
        assertThat(column("intended_ns"))
                .isEqualTo(IntStream.range(0, drawn.size()).mapToObj(drawn::offsetNs).toList());
        assertThat(column("sent_ns")).isEqualTo(column("intended_ns"));
        assertThat(result.completed()).isEqualTo(result.schedule().drawn());
        assertThat(result.drained()).isTrue();
    }

    @Test
    void requestsAskForWhatTheFeedOfARealLoadAsksFor() throws IOException {
        run(new Arrivals.Constant(20));
        try (RequestFeed feed = RequestFeedTest.feed(prompts(), 1000)) {
            for (FixedServer.Ask ask : server.asked()) {
                Draws.Drawn drawn = feed.drawn(ask.number());
                assertThat(ask.prompt()).isEqualTo(drawn.prompt());
                assertThat(ask.outputTokens()).isEqualTo(drawn.outputTokens());
            }
        }
        assertThat(server.asked()).doesNotHaveDuplicates().hasSize(220);
    }

    @Test
    void closedLoopAsksAgainTheMomentItsAnswerIsThere() throws IOException {
        LoadResult result = run(new Arrivals.ClosedLoop(3));
        List<Long> sent = column("sent_ns");
        List<Long> ends = column("stream_end_ns").stream().sorted().toList();
        assertThat(sent.subList(0, 3)).containsOnly(0L);
        assertThat(sent.subList(3, sent.size())).isEqualTo(ends.subList(0, sent.size() - 3));
        assertThat(result.trend().inFlightMax()).isEqualTo(3);
    }

    @Test
    void usersOfARampBeginOneAfterTheOther() throws IOException {
        LoadResult result = run(new Arrivals.ClosedLoop(4, Duration.ofMillis(40)));
        assertThat(column("intended_ns").subList(0, 4))
                .containsExactly(0L, 10 * MS, 20 * MS, 30 * MS);
        assertThat(result.trend().inFlightMax()).isEqualTo(4);
    }

    @Test
    void fullCapHoldsRequestsUpUntilTheMomentOfAnEnd() throws IOException {
        cap = 4;
        LoadResult result = run(new Arrivals.Constant(20));
        List<Long> sent = column("sent_ns");
        List<Long> ends = column("stream_end_ns").stream().sorted().toList();
        assertThat(sent.subList(4, sent.size())).isEqualTo(ends.subList(0, sent.size() - 4));
        assertThat(result.trend().capReached()).isTrue();
        assertThat(result.schedule().capHits()).isPositive();
    }

    @Test
    void answerThatTakesTooLongIsTimedOutAndAborted() {
        timeout = Duration.ofNanos(120 * MS);
        LoadResult result = run(new Arrivals.Constant(1));
        assertThat(result.outcomes()).containsOnlyKeys("TimedOut");
        assertThat(server.aborted()).isEqualTo(11);
    }

    @Test
    void whatIsInFlightAtTheDrainsDeadlineIsCancelled() {
        drain = Duration.ofNanos(50 * MS);
        LoadResult result = run(new Arrivals.Constant(20));
        assertThat(result.outcomes()).containsOnlyKeys("Completed", "Cancelled");
        assertThat(result.drained()).isFalse();
        assertThat(result.phases().getLast().endNs()).isEqualTo(11 * S + 50 * MS);
    }

    @Test
    void whatNobodyMeasuredIsAbsent() throws IOException {
        LoadResult result = run(new Arrivals.Constant(20));
        assertThat(result.histograms().get(Metric.SEND_DELAY).getTotalCount()).isZero();
        assertThat(Files.readString(folder.resolve("histograms.hlog")))
                .contains("Tag=ttft,")
                .doesNotContain("sendDelay");
        assertThat(lines("timeseries.csv.gz"))
                .anyMatch(line -> line.contains(",vllm,vllm:prompt_tokens_total,engine=0,"))
                .noneMatch(line -> line.contains("process_cpu_cores"));
    }

    /** Answers take 1.5 to 4 s. */
    @Test
    void warmUpGoesOnUntilItIsTwiceTheTimeOfARequest() throws IOException {
        server = new FixedServer(500 * MS);
        LoadResult result = run(new Arrivals.Poisson(20));
        assertThat(result.phases().getFirst().name()).isEqualTo("warmup");
        long measured = result.phases().getFirst().endNs();
        assertThat(measured).isBetween(8 * S, 8 * S + 10 * MS);
        assertThat(result.phases().get(1))
                .isEqualTo(new LoadResult.PhaseSpan("measure", measured, measured + 10 * S));

        List<Long> intended = column("intended_ns");
        Schedule drawn = Schedule.draw(FireTimes.poisson(20, 42), Duration.ofSeconds(19));
        assertThat(intended)
                .isEqualTo(
                        IntStream.range(0, drawn.size())
                                .mapToObj(drawn::offsetNs)
                                .filter(ns -> ns < measured + 10 * S)
                                .toList());
        assertThat(result.schedule().drawn())
                .isEqualTo(intended.stream().filter(ns -> ns >= measured).count());
        assertThat(lines("requests.csv.gz"))
                .filteredOn(line -> line.contains(",warmup,"))
                .hasSize((int) intended.stream().filter(ns -> ns < measured).count());
        assertThat(result.trend().achieved()).isGreaterThan(0.95);
    }

    @Test
    void usersOfAClosedLoopWarmUpAsLong() {
        server = new FixedServer(500 * MS);
        LoadResult result = run(new Arrivals.ClosedLoop(20));
        long measured = result.phases().getFirst().endNs();
        assertThat(measured).isBetween(8 * S, 8 * S + 10 * MS);
        assertThat(result.phases().get(1).endNs()).isEqualTo(measured + 10 * S);
        assertThat(result.outcomes()).containsOnlyKeys("Completed");
    }

    @Test
    void warmUpEndsAtItsBound() {
        server = new FixedServer(5 * S);
        LoadResult result = run(new Arrivals.Constant(2));
        assertThat(result.phases().getFirst().endNs()).isEqualTo(11 * S);
        assertThat(result.schedule().drawn()).isEqualTo(20);
    }

    @Test
    void rateThatChangesIsMeasuredAtItsTimes() {
        server = new FixedServer(500 * MS);
        LoadResult result = run(new Arrivals.Ramp(1, 20, Duration.ofSeconds(10), false));
        assertThat(result.phases().getFirst().endNs()).isEqualTo(1 * S);
    }

    @Test
    void serverThatFillsUpInTheMeasuredPhaseHasToSettle() {
        server = new FixedServer(1_000 * MS);
        warmUp = Duration.ZERO;
        duration = Duration.ofSeconds(60);
        assertThat(run(new Arrivals.Poisson(20)).settling())
                .hasValueSatisfying(
                        settling -> {
                            assertThat(settling.seconds()).isBetween(5, 30);
                            assertThat(settling.before()).isLessThan(settling.after());
                        });
        server = new FixedServer(1_000 * MS);
        warmUp = Duration.ofSeconds(16);
        assertThat(run(new Arrivals.Poisson(20)).settling()).isEmpty();
    }

    @Test
    void latenciesThatAreAloneCountInFullAndStepsOnce() {
        LoadResult result = run(new Arrivals.Poisson(20));
        long requests = result.completed();
        assertThat(result.effective().get(Metric.E2E).get(SampleFloor.P50))
                .isBetween(requests / 2, requests);
        assertThat(result.effective().get(Metric.ICL).get(SampleFloor.P50))
                .isLessThan(result.histograms().get(Metric.ICL).getTotalCount());
        assertThat(result.effective().get(Metric.SEND_DELAY)).isNotEmpty();
    }

    @Test
    void interruptedLoadKeepsWhatItHas() {
        server.at(3 * S, Thread.currentThread()::interrupt);
        LoadResult result = run(new Arrivals.Constant(20));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.stopped()).isTrue();
        assertThat(result.outcomes()).containsOnlyKeys("Completed", "Cancelled");
        assertThat(server.asked()).hasSizeBetween(60, 61);
    }

    private LoadResult run(Arrivals arrivals) {
        LoadPlan plan =
                new LoadPlan(
                        arrivals,
                        prompts(),
                        Api.COMPLETIONS,
                        warmUp,
                        duration,
                        cap,
                        drain,
                        timeout);
        Slo none = new Slo(Optional.empty(), Optional.empty(), Optional.empty());
        try (LoadRecording recording =
                LoadRecording.virtual(
                        folder,
                        new RunClock(Instant.ofEpochSecond(1_800_000_000), server::nowNs))) {
            return new SimulatedLoad(server, recording, LoadObserver.NONE).run(plan, none, 1000);
        }
    }

    private static Prompts prompts() {
        return new Prompts(new TokenLengths.Uniform(10, 20), new TokenLengths.Uniform(3, 8), 42);
    }

    private List<Long> column(String name) throws IOException {
        List<String> lines = lines("requests.csv.gz");
        int index = List.of(lines.getFirst().split(",")).indexOf(name);
        return lines.stream().skip(1).map(line -> Long.valueOf(line.split(",")[index])).toList();
    }

    private List<String> lines(String file) throws IOException {
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(folder.resolve(file))),
                                StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }
}
