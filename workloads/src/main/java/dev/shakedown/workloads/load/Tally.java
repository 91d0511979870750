package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.ChunkGaps;
import dev.shakedown.workloads.measure.EffectiveSamples;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.Phase;
import dev.shakedown.workloads.measure.RequestRecord;
import dev.shakedown.workloads.measure.SampleFloor;
import dev.shakedown.workloads.measure.Stall;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts requests as they end. Locked once a request. */
final class Tally {
    private static final int MAX_ERROR_TEXTS = 100;

    private final Slo slo;
    private final boolean openLoop;
    private final Map<String, Long> outcomes = new TreeMap<>();
    private final Map<String, Long> errors = new LinkedHashMap<>();
    private final Histogram sendDelayBelowCap = new Histogram(3);
    private final Moments moments = new Moments();
    private final StepTimes steps = new StepTimes();
    private final Pace pace = new Pace();
    private final PrefixHits prefixHits = new PrefixHits();
    private final Histogram firstTurns = new Histogram(3);
    private final Histogram laterTurns = new Histogram(3);
    private long ended;
    private long measured;
    private long measuredSent;
    private long measuredCompleted;
    private long belowCap;
    private long sentBelowCap;
    private long good;
    private final TotalsTally all = new TotalsTally();
    private final Map<Integer, TotalsTally> byEndpoint = new TreeMap<>();
    private long cut;
    private long unlike;
    private long shortAnswers;

    Tally(Slo slo, boolean openLoop) {
        this.slo = slo;
        this.openLoop = openLoop;
    }

    synchronized void add(RequestRecord request, Flights.Due due, ChunkGaps gaps) {
        Draws.Drawn drawn = due.drawn();
        boolean wasSent = request.times().sentNs() != RequestRecord.NEVER;
        boolean isCompleted = request.outcome() instanceof Outcome.Completed;
        ended++;
        if (drawn.cut()) {
            cut++;
        }
        if (!request.error().isEmpty()
                && (errors.size() < MAX_ERROR_TEXTS || errors.containsKey(request.error()))) {
            errors.merge(request.error(), 1L, Long::sum);
        }
        all.add(request);
        if (request.endpoint() > 0) {
            byEndpoint.computeIfAbsent(request.endpoint(), _ -> new TotalsTally()).add(request);
        }
        if (wasSent && !(request.outcome() instanceof Outcome.Refused)) {
            int before = drawn.turn().map(Turn::before).orElse(0);
            if (before > 0) {
                prefixHits.addLater(before);
            } else {
                prefixHits.add(drawn.prompt());
            }
        }
        if (isCompleted) {
            unlike += request.inputTokens() == drawn.inputTokens() ? 0 : 1;
            shortAnswers += request.outputTokens() < drawn.outputTokens() ? 1 : 0;
        }
        if (request.phase() == Phase.MEASURE) {
            addMeasured(request, due.heldByCap(), wasSent);
            if (isCompleted) {
                steps.add(request.times().firstTokenNs(), request.times().lastTokenNs(), gaps);
                drawn.turn().ifPresent(turn -> addTurn(turn, request));
            }
        }
    }

    /** TTFT of first and of later turns, with what the dispatch knows of their sessions. */
    synchronized LoadResult.SessionFacts sessions(SessionTurns.Counts counts) {
        return new LoadResult.SessionFacts(
                counts.begun(),
                ended,
                counts.lost(),
                counts.tooLong(),
                counts.unfinished(),
                firstTurns.copy(),
                laterTurns.copy());
    }

    synchronized long errorCount() {
        return ended - all.completed();
    }

    synchronized long completed() {
        return all.completed();
    }

    synchronized Map<String, Long> outcomes() {
        return Map.copyOf(outcomes);
    }

    synchronized Map<String, Long> errors() {
        return Map.copyOf(errors);
    }

    synchronized long good() {
        return good;
    }

    synchronized LoadResult.ScheduleFacts schedule(long capHits) {
        return new LoadResult.ScheduleFacts(
                measured, measuredSent, belowCap, sentBelowCap, capHits, sendDelayBelowCap.copy());
    }

    synchronized LoadResult.Totals totals() {
        return all.totals();
    }

    /**
     * Of one of several endpoints.
     *
     * @param number from 1 on
     * @param counters its own, before and after
     */
    synchronized LoadResult.EndpointFacts endpoint(int number, Servers.Counted counters) {
        TotalsTally its = byEndpoint.getOrDefault(number, new TotalsTally());
        return new LoadResult.EndpointFacts(
                counters.baseUrl(),
                its.measured(),
                its.totals(),
                its.ttft(),
                counters.before(),
                counters.after());
    }

    /** The same of prompts that were sent as they are described, to a cache of such blocks. */
    synchronized LoadResult.PromptFacts prompts(LoadSummary.Sent sent, int block) {
        return new LoadResult.PromptFacts(
                sent.exact(),
                cut,
                unlike,
                shortAnswers,
                sent.cacheSalt(),
                prefixHits.tokens(block, sent.template()));
    }

    /** How many measured requests had a send, first or last token delayed by a stall. */
    synchronized long touchedBy(List<Stall> stalls) {
        return moments.touchedBy(stalls);
    }

    /** Of each metric's percentiles, how many independent samples they rest on; measured phase. */
    synchronized Map<Metric, Map<SampleFloor, Long>> effective() {
        Map<Metric, Map<SampleFloor, Long>> effective = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            effective.put(metric, EffectiveSamples.of(moments.series(metric)));
        }
        Map<SampleFloor, Long> icl = EffectiveSamples.of(steps.witnessed());
        icl.replaceAll((_, count) -> Math.round(count * steps.unseen()));
        effective.put(Metric.ICL, icl);
        return effective;
    }

    /** Mean TPOT by intended second, in milliseconds; see {@link Moments#tpotEachSecond}. */
    synchronized List<Double> tpotEachSecond(long fromNs, long toNs) {
        return moments.tpotEachSecond(fromNs, toNs);
    }

    /**
     * Share of the offered rate at which requests were answered; a lower bound where the drain's
     * deadline cut some off.
     *
     * @param fromNs where the start-up burst is over
     */
    synchronized double achieved(long fromNs) {
        return measured == 0 ? 1 : pace.from(fromNs) * measuredCompleted / measured;
    }

    private void addMeasured(RequestRecord request, boolean heldByCap, boolean wasSent) {
        measured++;
        outcomes.merge(request.outcome().label(), 1L, Long::sum);
        if (slo.isMetBy(request, openLoop)) {
            good++;
        }
        if (request.outcome() instanceof Outcome.Completed) {
            measuredCompleted++;
            pace.add(request.intendedNs(), request.times().lastTokenNs());
        }
        if (wasSent) {
            measuredSent++;
            moments.add(request);
        }
        if (!heldByCap) {
            belowCap++;
            if (wasSent) {
                sentBelowCap++;
                sendDelayBelowCap.recordValue(
                        Math.max(0, request.times().sentNs() - request.intendedNs()));
            }
        }
    }

    private void addTurn(Turn turn, RequestRecord request) {
        Histogram ttft = turn.number() == 1 ? firstTurns : laterTurns;
        request.valueOf(Metric.TTFT).ifPresent(ttft::recordValue);
    }
}
