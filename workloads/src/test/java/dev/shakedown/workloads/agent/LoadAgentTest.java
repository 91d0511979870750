package dev.shakedown.workloads.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.load.Api;
import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.load.PromptText;
import dev.shakedown.workloads.load.Prompts;
import dev.shakedown.workloads.load.Sessions;
import dev.shakedown.workloads.load.SharedPrefix;
import dev.shakedown.workloads.load.Slo;
import dev.shakedown.workloads.load.TokenLengths;
import dev.shakedown.workloads.load.Trace;
import dev.shakedown.workloads.load.TraceRequest;
import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.RunFiles;
import dev.shakedown.workloads.openai.ScriptedServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadAgentTest {
    private static final Slo SLO =
            new Slo(Optional.of(Duration.ofSeconds(2)), Optional.empty(), Optional.empty());

    private static final Sessions SESSIONS =
            new Sessions(
                    new TokenLengths.Uniform(2, 8),
                    Optional.of(new TokenLengths.LogNormal(500, 9_000)));

    @TempDir Path folder;

    @Test
    void whatItPrintsIsTheWholeRecordingAndTheResult() throws Exception {
        List<AgentLine> lines;
        try (ScriptedServer server = new ScriptedServer(e -> e.complete(e.maxTokens()))) {
            lines = said(order(server, new Arrivals.Constant(40)));
        }
        assertThat(lines.getFirst()).isInstanceOf(AgentLine.Start.class);
        assertThat(lines.get(1)).isInstanceOfSatisfying(AgentLine.Way.class, this::measured);
        assertThat(lines).hasAtLeastOneElementOfType(AgentLine.Second.class);
        AgentLine.End end = (AgentLine.End) lines.getLast();
        LoadResult load = end.load().orElseThrow();
        assertThat(load.outcomes()).isEqualTo(Map.of("Completed", 60L));
        assertThat(load.good()).isEqualTo(60);
        write(lines);
        for (String name : LoadRecording.FILES) {
            assertThat(Files.size(folder.resolve(name))).isEqualTo(end.written().get(name));
        }
        assertThat(RunFiles.requests(folder)).hasSize(60);
        assertThat(RunFiles.histograms(folder).get("ttft").getTotalCount()).isEqualTo(60);
        for (Metric metric : Metric.values()) {
            assertThat(load.histograms()).containsKey(metric);
        }
        assertThat(load.histograms().get(Metric.TTFT).getValueAtPercentile(99))
                .isEqualTo(RunFiles.histograms(folder).get("ttft").getValueAtPercentile(99));
    }

    private void measured(AgentLine.Way way) {
        assertThat(way.roundTrip()).get().satisfies(took -> assertThat(took).isPositive());
    }

    @Test
    void timesCountFromTheRunsStart() throws Exception {
        Instant anHourAgo = Instant.now().minusSeconds(3600);
        List<AgentLine> lines;
        try (ScriptedServer server = new ScriptedServer(e -> e.complete(e.maxTokens()))) {
            LoadOrder order = order(server, new Arrivals.ClosedLoop(1));
            lines =
                    said(
                            new LoadOrder(
                                    order.baseUrl(),
                                    order.model(),
                                    order.plan(),
                                    order.slo(),
                                    anHourAgo));
        }
        AgentLine.Start start = (AgentLine.Start) lines.getFirst();
        assertThat(Duration.ofNanos(start.nowNs())).isGreaterThanOrEqualTo(Duration.ofHours(1));
        write(lines);
        assertThat(Long.parseLong(RunFiles.requests(folder).getFirst().get("sent_ns")))
                .isGreaterThan(start.nowNs());
    }

    @Test
    void anEndpointOutOfReachIsNotTakenForABadServer() throws Exception {
        List<AgentLine> lines = new ArrayList<>();
        try (ScriptedServer server = new ScriptedServer(e -> true);
                Socket taken = new Socket()) {
            // Nobody listens on a port that is only bound, and no other test can get it.
            taken.bind(new InetSocketAddress("127.0.0.1", 0));
            LoadOrder there = order(server, new Arrivals.Constant(40));
            LoadOrder nowhere =
                    new LoadOrder(
                            URI.create("http://127.0.0.1:" + taken.getLocalPort()),
                            there.model(),
                            there.plan(),
                            there.slo(),
                            there.runStartedAt());
            assertThat(new LoadAgent(nowhere, lines::add).run()).isFalse();
        }
        assertThat(lines.getLast())
                .isInstanceOfSatisfying(
                        AgentLine.End.class,
                        end ->
                                assertThat(end.error().orElseThrow())
                                        .startsWith("nothing answers at http://"));
    }

    @Test
    void anOrderComesBackFromItsWord() throws Exception {
        try (ScriptedServer server = new ScriptedServer(e -> true)) {
            for (Arrivals arrivals :
                    List.of(
                            new Arrivals.Poisson(2.5),
                            new Arrivals.Constant(3),
                            new Arrivals.ClosedLoop(7))) {
                LoadOrder plain = order(server, arrivals);
                LoadOrder order =
                        new LoadOrder(
                                plain.baseUrl(),
                                plain.model(),
                                plain.plan().in(SESSIONS),
                                plain.slo(),
                                plain.runStartedAt());
                assertThat(LoadOrder.of(plain.word())).isEqualTo(plain);
                assertThat(LoadOrder.of(order.word())).isEqualTo(order);
                assertThat(order.word()).matches("[A-Za-z0-9_-]+");
            }
        }
    }

    /** A trace or a file of prompts is too long for a word. */
    @Test
    void aLongOrderComesBackFromItsFile() throws Exception {
        try (ScriptedServer server = new ScriptedServer(e -> true)) {
            Trace trace =
                    Trace.of(
                            "t.jsonl",
                            9,
                            1,
                            List.of(
                                    new TraceRequest(5, 6, 7, List.of(1L)),
                                    new TraceRequest(8, 9, 10, List.of())));
            LoadOrder some = order(server, new Arrivals.Replay(trace, 0.5));
            for (PromptText text :
                    List.of(
                            trace.text(),
                            new PromptText.Given(
                                    "p.json",
                                    9,
                                    2,
                                    PromptText.Given.Format.SHARE_GPT,
                                    List.of("Schön \"so\"")))) {
                LoadOrder order = with(some, trace, text);
                Files.writeString(folder.resolve(LoadOrder.FILE), order.json());
                assertThat(LoadOrder.of(LoadOrder.FILE, folder)).isEqualTo(order);
                assertThat(LoadOrder.of(order.word(), folder)).isEqualTo(order);
            }
        }
    }

    private static LoadOrder with(LoadOrder order, Trace trace, PromptText text) {
        LoadPlan plan = order.plan();
        return new LoadOrder(
                order.baseUrl(),
                order.model(),
                new LoadPlan(
                        plan.arrivals(),
                        new Prompts(trace.inputTokens(), trace.outputTokens(), 3, text),
                        plan.api(),
                        plan.warmUp(),
                        plan.duration(),
                        plan.maxInFlight(),
                        plan.drain(),
                        plan.requestTimeout()),
                order.slo(),
                order.runStartedAt());
    }

    @Test
    void otherLinesAreNone() {
        assertThat(AgentLine.parse("(raylet) something else")).isEmpty();
        assertThat(AgentLine.parse("{\"step\":\"load.Second\",\"is\":{\"sam")).isEmpty();
        assertThat(AgentLine.parse("{\"step\":\"pi.end\",\"result\":\"ok\"}")).isEmpty();
        assertThat(AgentLine.parse("{\"step\":\"load.Way\",\"is\":{\"roundTrip\":null}}"))
                .contains(new AgentLine.Way(Optional.empty()));
    }

    /** As a log carries them. */
    private static List<AgentLine> said(LoadOrder order) {
        List<AgentLine> lines = new ArrayList<>();
        boolean done =
                new LoadAgent(
                                LoadOrder.of(order.word()),
                                line -> {
                                    synchronized (lines) {
                                        lines.add(AgentLine.parse(line.text()).orElseThrow());
                                    }
                                })
                        .run();
        assertThat(done).isTrue();
        return lines;
    }

    private void write(List<AgentLine> lines) throws IOException {
        for (AgentLine line : lines) {
            if (line instanceof AgentLine.File file) {
                Files.write(
                        folder.resolve(file.name()),
                        file.bytes(),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            }
        }
    }

    private static LoadOrder order(ScriptedServer server, Arrivals arrivals) {
        LoadPlan plan =
                new LoadPlan(
                        arrivals,
                        new Prompts(
                                new TokenLengths.Uniform(2, 5),
                                new TokenLengths.Fixed(4),
                                42,
                                new PromptText.Words(),
                                Optional.of(new SharedPrefix(2, 3, 0.5))),
                        Api.COMPLETIONS,
                        Duration.ZERO,
                        Duration.ofMillis(1500),
                        8,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(30));
        return new LoadOrder(
                server.endpoint().baseUrl(), server.endpoint().model(), plan, SLO, Instant.now());
    }
}
