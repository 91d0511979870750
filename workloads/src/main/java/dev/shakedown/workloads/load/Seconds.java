package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.Phase;
import dev.shakedown.workloads.measure.Sample;
import dev.shakedown.workloads.openai.MetricsText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What happens each second: time series, flushing the files, telling the observer. */
final class Seconds {
    /** In flight at one second of the load. */
    record InFlightAt(long ns, int count) {}

    /** What is looked at. */
    record Watched(
            LoadRecording recording,
            Timeline timeline,
            Flights flights,
            Dispatch dispatch,
            Tally tally) {}

    private final Watched watched;
    private final Supplier<List<Sample>> health;
    private final LoadObserver observer;
    private final List<InFlightAt> inFlight = new ArrayList<>();
    private long offeredBefore;
    private long completedBefore;
    private long tickedNs;

    /**
     * @param health of this process, since it was asked for last
     */
    Seconds(Watched watched, Supplier<List<Sample>> health, LoadObserver observer) {
        this.watched = watched;
        this.health = health;
        this.observer = observer;
        tickedNs = watched.timeline.startNs();
    }

    /** In flight at each second so far. */
    List<InFlightAt> inFlight() {
        synchronized (inFlight) {
            return List.copyOf(inFlight);
        }
    }

    /** Another second is over. */
    void tick() {
        long now = now();
        double seconds = (now - tickedNs) / 1e9;
        Timeline timeline = watched.timeline;
        long offered = watched.dispatch.offeredBefore(now);
        long completed = watched.tally.completed();
        double offeredRate = (offered - offeredBefore) / seconds;
        double completedRate = (completed - completedBefore) / seconds;
        double tokenRate = watched.flights.tokens().between(tickedNs, now) / seconds;
        int flying = watched.flights.inFlight();
        synchronized (inFlight) {
            inFlight.add(new InFlightAt(now, flying));
        }
        client(now, Sample.of("in_flight", flying));
        client(now, Sample.of("offered_per_second", offeredRate));
        client(now, Sample.of("completed_per_second", completedRate));
        client(now, Sample.of("output_tokens_per_second", tokenRate));
        health.get().forEach(sample -> client(now, sample));
        watched.recording.flush(watched.dispatch.watermarkNs());
        Phase phase = now < timeline.measureNs() ? Phase.WARM_UP : Phase.MEASURE;
        observer.second(
                new LiveSample(
                        timeline.phaseNameAt(now),
                        Duration.ofNanos(now - timeline.startNs()),
                        Duration.ofNanos(Math.max(0, timeline.endNs() - now)),
                        offeredRate,
                        completedRate,
                        flying,
                        ttft(phase, 50),
                        ttft(phase, 99),
                        tokenRate,
                        watched.tally.errorCount()));
        tickedNs = now;
        offeredBefore = offered;
        completedBefore = completed;
    }

    /**
     * Keeps what is worth keeping of a page {@code /metrics} that was read now, until it is over.
     *
     * @param label of all its samples, in front of their own; may be empty
     */
    void keep(String metrics, String label, BooleanSupplier over) {
        long now = now();
        MetricsText.forEach(
                metrics,
                (name, labels, value) -> {
                    if (!over.getAsBoolean() && MetricsText.worthKeeping(name)) {
                        String all = labels.isEmpty() || label.isEmpty() ? "" : ";";
                        watched.recording.sample(
                                now, "vllm", new Sample(name, label + all + labels, value));
                    }
                });
    }

    private Optional<Duration> ttft(Phase phase, double percentile) {
        OptionalLong ns = watched.recording.percentileNs(Metric.TTFT, phase, percentile);
        return ns.isPresent() ? Optional.of(Duration.ofNanos(ns.getAsLong())) : Optional.empty();
    }

    private void client(long now, Sample sample) {
        watched.recording.sample(now, "client", sample);
    }

    private long now() {
        return watched.recording.clock().nowNs();
    }
}
