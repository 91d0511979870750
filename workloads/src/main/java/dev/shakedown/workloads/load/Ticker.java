package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.HealthProbe;
import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.Phase;
import dev.shakedown.workloads.measure.Sample;
import dev.shakedown.workloads.openai.MetricsText;
import dev.shakedown.workloads.openai.ServerApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** What happens each second: time series, flushing the files, telling the observer. */
final class Ticker implements AutoCloseable {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final Duration JOIN = Duration.ofSeconds(10);

    /** In flight at one second of the load. */
    record InFlightAt(long ns, int count) {}

    /** What the ticker looks at. */
    record Watched(
            LoadRecording recording,
            Timeline timeline,
            Flights flights,
            Dispatch dispatch,
            Tally tally) {}

    private final Watched watched;
    private final ServerApi server;
    private final HealthProbe health;
    private final LoadObserver observer;
    private final Runnable onFailure;
    private final List<InFlightAt> inFlight = new ArrayList<>();
    private final AtomicBoolean scraping = new AtomicBoolean();
    private final Thread thread;
    private volatile boolean closed;
    private volatile Optional<RuntimeException> failure = Optional.empty();
    private long offeredBefore;
    private long completedBefore;
    private long tickedNs;

    /** Ticks until it is closed; {@code onFailure} is told when it cannot go on. */
    Ticker(
            Watched watched,
            ServerApi server,
            HealthProbe health,
            LoadObserver observer,
            Runnable onFailure) {
        this.watched = watched;
        this.server = server;
        this.health = health;
        this.observer = observer;
        this.onFailure = onFailure;
        tickedNs = watched.timeline.startNs();
        thread = Thread.ofPlatform().daemon().name("shakedown-ticker").start(this::loop);
    }

    /** Why ticking ended early, as a full disk. */
    Optional<RuntimeException> failure() {
        return failure;
    }

    /** In flight at each second so far; complete after {@link #close}. */
    List<InFlightAt> inFlight() {
        synchronized (inFlight) {
            return List.copyOf(inFlight);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(JOIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        long next = watched.timeline.startNs() + SECOND_NS;
        try {
            while (!closed) {
                long left = next - now();
                if (left > 0) {
                    LockSupport.parkNanos(left);
                } else {
                    tick();
                    // After a stall the seconds that were missed are not made up for: two ticks
                    // at once would divide by no time at all.
                    next += Math.max(1, Math.ceilDiv(now() - next, SECOND_NS)) * SECOND_NS;
                }
            }
        } catch (RuntimeException e) {
            // A task's boundary: the generator stops the load and throws it on its own thread.
            failure = Optional.of(e);
            onFailure.run();
        }
    }

    private void tick() {
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
        health.second().forEach(sample -> client(now, sample));
        scrape();
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

    private Optional<Duration> ttft(Phase phase, double percentile) {
        OptionalLong ns = watched.recording.percentileNs(Metric.TTFT, phase, percentile);
        return ns.isPresent() ? Optional.of(Duration.ofNanos(ns.getAsLong())) : Optional.empty();
    }

    /** On its own thread: a server that answers slowly must not hold up the rest. */
    private void scrape() {
        if (scraping.compareAndSet(false, true)) {
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    server.metrics().ifPresent(this::keep);
                                } finally {
                                    scraping.set(false);
                                }
                            });
        }
    }

    private void keep(String metrics) {
        long now = now();
        MetricsText.forEach(
                metrics,
                (name, labels, value) -> {
                    if (!closed && MetricsText.worthKeeping(name)) {
                        watched.recording.sample(now, "vllm", new Sample(name, labels, value));
                    }
                });
    }

    private void client(long now, Sample sample) {
        watched.recording.sample(now, "client", sample);
    }

    private long now() {
        return watched.recording.clock().nowNs();
    }
}
