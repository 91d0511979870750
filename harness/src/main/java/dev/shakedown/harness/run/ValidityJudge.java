package dev.shakedown.harness.run;

import dev.shakedown.harness.scenario.AttachSpec;
import dev.shakedown.harness.scenario.Limit;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.workloads.load.Api;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.load.LoadResult.ScheduleFacts;
import dev.shakedown.workloads.load.PromptText;
import dev.shakedown.workloads.measure.ClientHealth;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.SampleFloor;
import dev.shakedown.workloads.openai.ServerCounters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Whether the measurement can be trusted (design section 4). A slow or failing server is never a
 * reason here: that is {@link Saturation}.
 */
final class ValidityJudge {
    private static final double SENT = 0.99;
    private static final long SEND_DELAY_NS = 5_000_000;
    private static final double SHIFT = 0.05;
    private static final double BUSY = 0.8;

    /**
     * Waiting alone: at the in-flight cap no send is late, and the server would get the blame. A
     * client with room on a busy machine of two cores waits for less than 20 %.
     */
    private static final double WAITED = 0.3;

    private static final double TOUCHED = 0.001;
    private static final double CACHE_HITS = 0.01;
    private static final double PERCENT = 100;

    private final Scenario scenario;
    private final LoadResult load;
    private final List<Reason> reasons = new ArrayList<>();

    ValidityJudge(Scenario scenario, LoadResult load) {
        this.scenario = scenario;
        this.load = load;
    }

    /** Empty: VALID. */
    List<Reason> invalid(List<LimitResult> limits) {
        schedule(load.schedule());
        sendDelay();
        client(load.health());
        if (!shared()) {
            reconciliation();
            prefixCache();
        }
        limits.stream()
                .filter(limit -> limit.met().isEmpty())
                .forEach(limit -> add("sampleFloor", limit.name() + ": " + limit.measured()));
        return List.copyOf(reasons);
    }

    private boolean shared() {
        return scenario.attach().map(AttachSpec::shared).orElse(false);
    }

    private void schedule(ScheduleFacts facts) {
        if (facts.sentBelowCap() < SENT * facts.belowCap()) {
            add(
                    "schedule",
                    "the client sent %,d of the %,d requests that were due while below the in-flight cap; give it more cores"
                            .formatted(facts.sentBelowCap(), facts.belowCap()));
        }
    }

    /** Judged at p99, or at the highest percentile that has samples enough to be published. */
    private void sendDelay() {
        Histogram delays = load.schedule().sendDelayBelowCap();
        List<SampleFloor> published =
                Stream.of(SampleFloor.P50, SampleFloor.P90, SampleFloor.P95, SampleFloor.P99)
                        .filter(floor -> floor.needs(delays.getTotalCount()).isEmpty())
                        .toList();
        if (published.isEmpty()) {
            return;
        }
        SampleFloor highest = published.getLast();
        long delay = delays.getValueAtPercentile(highest.percentile());
        double allowed =
                LimitJudge.tightest(scenario.limits())
                        .map(Duration::toNanos)
                        .map(limit -> Math.min(SEND_DELAY_NS, SHIFT * limit))
                        .orElse((double) SEND_DELAY_NS);
        if (delay > allowed) {
            add(
                    "sendDelay",
                    "the client sent late: sendDelay %s %s, allowed %s; give it more cores or less to do"
                            .formatted(
                                    highest.key(),
                                    Durations.millis(delay),
                                    Durations.millis((long) allowed)));
        }
    }

    private void client(ClientHealth health) {
        if (health.peakProcessCores() > BUSY * health.cores()) {
            add(
                    "clientCpu",
                    String.format(
                            Locale.ROOT,
                            "the client used %.1f of its %d cores for 5 s: it measures itself",
                            health.peakProcessCores(),
                            health.cores()));
        }
        if (health.peakLoop().busy() > BUSY || health.peakLoop().waited() > WAITED) {
            add(
                    "loopThread",
                    String.format(
                            Locale.ROOT,
                            "a thread that sends and reads ran for %.0f %% of 5 s and waited for a core for %.0f %%: what it reads late looks like a slow server; give the client more cores or less to do",
                            PERCENT * health.peakLoop().ran(),
                            PERCENT * health.peakLoop().waited()));
        }
        stalls(health);
    }

    private void stalls(ClientHealth health) {
        // One touched request cannot move a percentile that is above its floor, however few there
        // are.
        double allowed = Math.max(1, TOUCHED * load.schedule().drawn());
        if (health.touchedRequests() > allowed) {
            add(
                    "clientStalls",
                    "the client stood still %d times (longest %s), which touched %,d of %,d requests"
                            .formatted(
                                    health.stalls().size(),
                                    Durations.millis(longest(health)),
                                    health.touchedRequests(),
                                    load.schedule().drawn()));
        } else if (health.touchedRequests() > 0) {
            scenario.limits().forEach(limit -> shifted(limit, health));
        }
    }

    /**
     * The most that the touched requests can have moved a limited percentile: they were delayed by
     * no more than the longest stall, and without them it would be no lower than so many ranks
     * below.
     */
    private void shifted(Limit each, ClientHealth health) {
        if (!(each instanceof Limit.Latency limit) || limit.metric() == Metric.ICL) {
            // A stall's gaps are not counted by request.
            return;
        }
        Metric metric = LimitJudge.counted(limit.metric(), openLoop());
        Histogram values = load.histograms().getOrDefault(metric, new Histogram(1));
        if (limit.percentile().needs(values.getTotalCount()).isPresent()) {
            return;
        }
        double at = limit.percentile().percentile();
        double without = at - PERCENT * health.touchedRequests() / (double) values.getTotalCount();
        long ranks =
                values.getValueAtPercentile(at) - values.getValueAtPercentile(Math.max(0, without));
        long shift = Math.min(longest(health), ranks);
        if (shift > SHIFT * limit.atMost().toNanos()) {
            add(
                    "clientStalls",
                    "the client stood still %d times (longest %s), which may have moved %s by %s, more than 5 %% of its limit %s"
                            .formatted(
                                    health.stalls().size(),
                                    Durations.millis(longest(health)),
                                    limit.key(),
                                    Durations.millis(shift),
                                    Durations.text(limit.atMost())));
        }
    }

    private boolean openLoop() {
        return scenario.load().map(plan -> plan.arrivals().openLoop()).orElse(false);
    }

    private static long longest(ClientHealth health) {
        return health.stalls().stream().mapToLong(stall -> stall.durationNs()).max().orElse(0);
    }

    /**
     * Exact where nothing was cut short; else the server must have counted at least what arrived
     * here.
     */
    private void reconciliation() {
        if (load.endpoints().isEmpty()) {
            reconciliation("the server", load.totals(), load.before(), load.after());
        }
        // Each with its own: what one has too many, another may have too few.
        for (LoadResult.EndpointFacts each : load.endpoints()) {
            reconciliation(each.baseUrl().toString(), each.totals(), each.before(), each.after());
        }
    }

    private void reconciliation(
            String who,
            LoadResult.Totals client,
            Optional<ServerCounters> before,
            Optional<ServerCounters> after) {
        if (before.isEmpty() || after.isEmpty()) {
            return;
        }
        ServerCounters server = after.get().since(before.get());
        boolean exact = client.uncertain() == 0 && load.drained();
        compare(who, new Sums("prompt tokens", client.inputTokens(), server.promptTokens()), exact);
        compare(
                who,
                new Sums("generated tokens", client.outputTokens(), server.generationTokens()),
                exact);
        compare(who, new Sums("requests", client.completed(), server.requestsSucceeded()), exact);
    }

    /** What both sides counted. */
    private record Sums(String what, long client, long server) {}

    private void compare(String who, Sums sums, boolean exact) {
        long client = sums.client();
        long server = sums.server();
        if (exact ? client != server : server < client) {
            add(
                    "reconciliation",
                    "%s counted %,d %s, the client %,d: %s"
                            .formatted(
                                    who,
                                    server,
                                    sums.what(),
                                    client,
                                    server > client
                                            ? "somebody else used the endpoint, or answers were lost"
                                            : "the client counted what the server did not do"));
        }
    }

    private void prefixCache() {
        boolean chat = scenario.load().map(plan -> plan.api() == Api.CHAT).orElse(false);
        boolean given =
                scenario.load()
                        .map(plan -> plan.prompts().text() instanceof PromptText.Given)
                        .orElse(false);
        // Chats share their template, texts of a file what only the server's tokenizer can tell.
        boolean unknown = given || (chat && !load.prompts().exact());
        if (unknown || load.before().isEmpty() || load.after().isEmpty()) {
            return;
        }
        ServerCounters server = load.after().get().since(load.before().get());
        long shared = load.prompts().sharedTokens();
        if (server.prefixCacheHits() > shared + CACHE_HITS * server.prefixCacheQueries()) {
            add(
                    "prefixCache",
                    "%,d of %,d prompt tokens came from the prefix cache although %s"
                            .formatted(
                                    server.prefixCacheHits(),
                                    server.prefixCacheQueries(),
                                    shared == 0
                                            ? "every prompt is new"
                                            : "the prompts share only %,d".formatted(shared)));
        }
    }

    private void add(String code, String text) {
        reasons.add(new Reason(code, text));
    }
}
