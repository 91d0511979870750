package dev.shakedown.workloads.load;

import dev.shakedown.workloads.load.LoadResult.PhaseSpan;
import dev.shakedown.workloads.measure.ClientHealth;
import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.Phase;
import dev.shakedown.workloads.openai.CompletionTransport.Connections;
import dev.shakedown.workloads.openai.ServerCounters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Puts the result together once a load has ended. */
record LoadSummary(LoadPlan plan, LoadRecording recording, Sent sent) {

    /**
     * How prompts were written.
     *
     * @param template tokens of the chat template; 0 where there is none or its length is not known
     */
    record Sent(boolean exact, int template, String cacheSalt) {}

    private static final long SECOND_NS = 1_000_000_000L;

    /** What the load left behind. */
    record Facts(
            Seconds.Watched watched,
            List<Seconds.InFlightAt> inFlight,
            ClientHealth health,
            Connections connections,
            long endNs) {}

    /**
     * How it began and ended.
     *
     * @param endpoints where there are several
     */
    record Ends(
            Optional<ServerCounters> before,
            Optional<ServerCounters> after,
            List<Servers.Counted> endpoints,
            boolean drained,
            boolean stopped) {

        /** Tokens of a block of the server's KV cache; 1 where it does not say. */
        int block() {
            return before.map(ServerCounters::kvBlock).filter(block -> block > 0).orElse(1);
        }
    }

    LoadResult of(Facts facts, Ends ends) {
        Tally tally = facts.watched().tally();
        PhaseSpan steady = steady(facts);
        LoadResult.ScheduleFacts schedule = tally.schedule(facts.watched().dispatch().capHits());
        return new LoadResult(
                phases(facts),
                steady,
                schedule,
                tally.outcomes(),
                recording.totals(Phase.MEASURE),
                tally.effective(),
                rates(facts, steady),
                tally.good(),
                tally.totals(),
                ends.before(),
                ends.after(),
                facts.health(),
                trend(facts, schedule),
                settling(facts),
                facts.connections(),
                tally.prompts(written(), ends.block()),
                tally.errors(),
                plan.prompts()
                        .sessions()
                        .map(_ -> tally.sessions(facts.watched().dispatch().turns().counts())),
                endpoints(tally, ends.endpoints()),
                ends.drained(),
                ends.stopped());
    }

    private static List<LoadResult.EndpointFacts> endpoints(
            Tally tally, List<Servers.Counted> counted) {
        return IntStream.range(0, counted.size())
                .mapToObj(i -> tally.endpoint(i + 1, counted.get(i)))
                .toList();
    }

    /** Of texts, also of an answer as a chat repeats it, only the server knows how many tokens. */
    private Sent written() {
        boolean repeated = plan.prompts().sessions().isPresent() && plan.api() == Api.CHAT;
        return repeated || plan.prompts().text() instanceof PromptText.Given
                ? new Sent(false, sent.template(), sent.cacheSalt())
                : sent;
    }

    private static List<PhaseSpan> phases(Facts facts) {
        Timeline timeline = facts.watched().timeline();
        List<PhaseSpan> phases = new ArrayList<>();
        long end = Math.min(timeline.endNs(), facts.endNs());
        if (timeline.measureNs() > timeline.startNs()) {
            phases.add(
                    new PhaseSpan(
                            "warmup", timeline.startNs(), Math.min(timeline.measureNs(), end)));
        }
        if (end > timeline.measureNs()) {
            phases.add(new PhaseSpan("measure", timeline.measureNs(), end));
            phases.add(new PhaseSpan("drain", end, Math.max(end, facts.endNs())));
        }
        return phases;
    }

    /**
     * The measured phase. Without a warm-up the first seconds hold the start-up burst: the window
     * then begins with the first completion, unless that comes in the second half.
     */
    private PhaseSpan steady(Facts facts) {
        Timeline timeline = facts.watched().timeline();
        long end = Math.max(timeline.measureNs(), Math.min(timeline.endNs(), facts.endNs()));
        long start = timeline.measureNs();
        if (plan.warmUp().isZero()) {
            Arrived completions = facts.watched().flights().completions();
            long half = start + (end - start) / 2;
            long first = start;
            while (first < half && completions.between(first - Arrived.SLOT_NS, first) == 0) {
                first += Arrived.SLOT_NS;
            }
            start = first < half ? first : start;
        }
        return new PhaseSpan("steady", start, end);
    }

    private static Map<String, Double> rates(Facts facts, PhaseSpan steady) {
        Flights flights = facts.watched().flights();
        Timeline timeline = facts.watched().timeline();
        double window = Math.max(1, steady.endNs() - steady.startNs()) / 1e9;
        double wall = Math.max(1, facts.endNs() - timeline.startNs()) / 1e9;
        double measured =
                Math.max(1, Math.min(timeline.endNs(), facts.endNs()) - timeline.measureNs()) / 1e9;
        LoadResult.Totals totals = facts.watched().tally().totals();
        Map<String, Double> rates = new HashMap<>();
        rates.put("requests/s", in(flights.completions(), steady) / window);
        rates.put("outputTokens/s", in(flights.tokens(), steady) / window);
        rates.put("inputTokens/s", in(flights.inputs(), steady) / window);
        rates.put("wall.requests/s", totals.completed() / wall);
        rates.put("wall.outputTokens/s", totals.outputTokens() / wall);
        rates.put("goodput/s", facts.watched().tally().good() / measured);
        return rates;
    }

    private LoadResult.Trend trend(Facts facts, LoadResult.ScheduleFacts schedule) {
        List<Seconds.InFlightAt> seconds = measured(facts);
        int third = Math.max(1, seconds.size() / 3);
        return new LoadResult.Trend(
                slope(seconds),
                mean(seconds.stream().limit(third).toList()),
                mean(seconds.stream().skip(Math.max(0, seconds.size() - third)).toList()),
                seconds.stream().mapToInt(Seconds.InFlightAt::count).max().orElse(0),
                plan.arrivals().openLoop() ? achieved(facts) : 1,
                schedule.belowCap() < schedule.drawn());
    }

    private static List<Seconds.InFlightAt> measured(Facts facts) {
        Timeline timeline = facts.watched().timeline();
        return facts.inFlight().stream()
                .filter(s -> s.ns() >= timeline.measureNs() && s.ns() <= timeline.endNs())
                .toList();
    }

    private static Optional<Settling> settling(Facts facts) {
        Timeline timeline = facts.watched().timeline();
        Arrived tokens = facts.watched().flights().tokens();
        long start = timeline.measureNs();
        long end = Math.min(timeline.endNs(), facts.endNs());
        List<Double> inFlight =
                measured(facts).stream().map(second -> (double) second.count()).toList();
        List<Double> rate =
                LongStream.range(0, Math.max(0, (end - start) / SECOND_NS))
                        .map(second -> start + second * SECOND_NS)
                        .mapToObj(ns -> (double) tokens.between(ns, ns + SECOND_NS))
                        .toList();
        return Settling.of(
                List.of(
                        new Settling.Series("in flight", inFlight),
                        new Settling.Series("output tokens/s", rate),
                        new Settling.Series(
                                "TPOT", facts.watched().tally().tpotEachSecond(start, end))));
    }

    /** Without a warm-up, latencies grow in the first third while the batch fills. */
    private double achieved(Facts facts) {
        long burst = plan.warmUp().isZero() ? plan.duration().toNanos() / 3 : 0;
        return facts.watched().tally().achieved(facts.watched().timeline().measureNs() + burst);
    }

    private static double in(Arrived arrived, PhaseSpan window) {
        return arrived.between(window.startNs(), window.endNs());
    }

    private static double mean(List<Seconds.InFlightAt> seconds) {
        return seconds.stream().mapToInt(Seconds.InFlightAt::count).average().orElse(0);
    }

    /** Least squares, requests per second. */
    private static double slope(List<Seconds.InFlightAt> seconds) {
        double meanTime = seconds.stream().mapToDouble(s -> s.ns() / 1e9).average().orElse(0);
        double meanCount = mean(seconds);
        double covariance = 0;
        double variance = 0;
        for (Seconds.InFlightAt second : seconds) {
            double time = second.ns() / 1e9 - meanTime;
            covariance += time * (second.count() - meanCount);
            variance += time * time;
        }
        return variance == 0 ? 0 : covariance / variance;
    }
}
