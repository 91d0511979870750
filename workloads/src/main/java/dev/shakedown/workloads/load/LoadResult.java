package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.ClientHealth;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.SampleFloor;
import dev.shakedown.workloads.openai.CompletionTransport.Connections;
import dev.shakedown.workloads.openai.ServerCounters;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What a load was and what came of it. Facts only: whether the run is valid, saturated or within
 * its limits is judged by the harness.
 *
 * @param outcomes label, as {@code Completed} or {@code Refused(503)}, to count; measured phase
 * @param histograms measured phase, in nanoseconds, 3 significant digits; empty ones included
 * @param effective how many independent samples each percentile of a metric rests on ({@link
 *     dev.shakedown.workloads.measure.EffectiveSamples}); for {@code icl} the samples are the
 *     engine's steps; measured phase
 * @param rates {@code requests/s} and {@code outputTokens/s} by arrival in {@link #steady}, {@code
 *     inputTokens/s} by answers completed there, {@code wall.*} over all from the first sending to
 *     the last end, {@code goodput/s} over the measured phase
 * @param good measured requests within the per-request objectives; to be read against {@code
 *     schedule.drawn()}
 * @param settling where the load had not settled when its measured phase began
 * @param errors distinct error texts of all phases (the first 100) to count
 * @param sessions present in a load of sessions
 * @param endpoints of several, each; empty where there is one
 * @param drained whether every request had ended by the drain's deadline
 * @param stopped whether {@link LoadGenerator#stop} ended it
 */
public record LoadResult(
        List<PhaseSpan> phases,
        PhaseSpan steady,
        ScheduleFacts schedule,
        Map<String, Long> outcomes,
        Map<Metric, Histogram> histograms,
        Map<Metric, Map<SampleFloor, Long>> effective,
        Map<String, Double> rates,
        long good,
        Totals totals,
        Optional<ServerCounters> before,
        Optional<ServerCounters> after,
        ClientHealth health,
        Trend trend,
        Optional<Settling> settling,
        Connections connections,
        PromptFacts prompts,
        Map<String, Long> errors,
        Optional<SessionFacts> sessions,
        List<EndpointFacts> endpoints,
        boolean drained,
        boolean stopped) {

    public LoadResult {
        phases = List.copyOf(phases);
        outcomes = Map.copyOf(outcomes);
        histograms = Map.copyOf(histograms);
        effective = Map.copyOf(effective);
        rates = Map.copyOf(rates);
        errors = Map.copyOf(errors);
        endpoints = List.copyOf(endpoints);
    }

    /** Measured requests that completed. */
    public long completed() {
        return outcomes.getOrDefault(new Outcome.Completed().label(), 0L);
    }

    /** {@code warmup}, {@code measure}, {@code drain} or {@code steady}; since the run's start. */
    public record PhaseSpan(String name, long startNs, long endNs) {}

    /**
     * How the measured schedule was carried out.
     *
     * @param drawn requests of the schedule; in closed loop, requests the users made
     * @param sent of these, how many were sent at all
     * @param belowCap of the drawn, how many the in-flight cap did not hold up
     * @param sentBelowCap of those, how many were sent: below 99 % the client was at fault
     * @param capHits how often a due request found the cap reached (all phases)
     * @param sendDelayBelowCap send delays without those that the cap caused, in nanoseconds
     */
    public record ScheduleFacts(
            long drawn,
            long sent,
            long belowCap,
            long sentBelowCap,
            long capHits,
            Histogram sendDelayBelowCap) {}

    /**
     * Everything sent, warm-up included, to be compared with the server's counters. Reading models,
     * metrics and {@code /tokenize} does not count there.
     *
     * @param completed requests that ended as completed
     * @param inputTokens the server's count where it gave one, else the drawn length
     * @param uncertain requests whose tokens the client cannot know: cut, cancelled, broken
     */
    public record Totals(
            long sent, long completed, long inputTokens, long outputTokens, long uncertain) {}

    /**
     * How the measured phase went on: what tells a server that keeps up from one that does not.
     *
     * @param inFlightSlope requests in flight, change per second (least squares over the seconds)
     * @param inFlightFirst mean of the first third of the seconds
     * @param inFlightLast mean of the last third
     * @param achieved share of the offered rate at which requests were answered, at most 1 ({@link
     *     Pace}); 1 in closed loop
     * @param capReached whether the in-flight cap held requests up in the measured phase
     */
    public record Trend(
            double inFlightSlope,
            double inFlightFirst,
            double inFlightLast,
            int inFlightMax,
            double achieved,
            boolean capReached) {}

    /**
     * What one of several endpoints had of the load.
     *
     * @param drawn requests of the measured phase
     * @param ttft from sent, in nanoseconds; measured phase
     */
    public record EndpointFacts(
            URI baseUrl,
            long drawn,
            Totals totals,
            Histogram ttft,
            Optional<ServerCounters> before,
            Optional<ServerCounters> after) {}

    /**
     * What became of sessions, in all phases.
     *
     * @param turns that came to be due
     * @param lost turns that never came because the one before failed
     * @param tooLong turns that never came because the model does not take as much
     * @param unfinished turns that were not due before the load's end
     * @param firstTtft from sent, in nanoseconds; measured phase, as the next one
     * @param laterTtft of the turns that have a history
     */
    public record SessionFacts(
            long begun,
            long turns,
            long lost,
            long tooLong,
            long unfinished,
            Histogram firstTtft,
            Histogram laterTtft) {}

    /**
     * The prompts as they were sent.
     *
     * @param exact whether lengths were calibrated with the server; else they are approximate
     * @param cut requests shortened to the model's maximum length
     * @param unlike completed requests whose prompt the server counted differently than drawn
     * @param shortAnswers completed requests with fewer output tokens than asked for
     * @param cacheSalt that kept this run out of other runs' prefix caches
     * @param sharedTokens of all phases, that a prefix cache could have had: those of the chat
     *     template and of shared prefixes, in whole blocks, but for each one's first use
     */
    public record PromptFacts(
            boolean exact,
            long cut,
            long unlike,
            long shortAnswers,
            String cacheSalt,
            long sharedTokens) {}
}
