package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.HealthProbe;
import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.RunClock;
import dev.shakedown.workloads.openai.Endpoint;
import dev.shakedown.workloads.openai.PromptCalibration;
import dev.shakedown.workloads.openai.PromptWriter;
import dev.shakedown.workloads.openai.ReplicaTransports;
import dev.shakedown.workloads.openai.RequestBodies;
import dev.shakedown.workloads.openai.ServerCounters;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Makes one load on one endpoint, or on replicas that share it: calibrates prompts, reads the
 * server's counters, sends, drains, reads the counters again. A server that fails yields outcomes,
 * not exceptions.
 */
public final class LoadGenerator {
    private static final Duration CONTROL_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration IDLE_PATIENCE = Duration.ofSeconds(5);

    /** Who stops a load may end this process soon. */
    private static final Duration STOPPED_PATIENCE = Duration.ofMillis(500);

    /** For the first thread to get going before the first request is due. */
    private static final long LEAD_NS = 20_000_000;

    /** More could ask a slow server about more answers at once, and leave less to the sending. */
    private static final int TURN_WRITERS = 2;

    private final Replicas replicas;
    private final LoadRecording recording;
    private final LoadObserver observer;
    private volatile boolean stopped;

    /** A generator for one run; the recording stays open and belongs to the caller. */
    public LoadGenerator(Endpoint endpoint, LoadRecording recording, LoadObserver observer) {
        this(Replicas.only(endpoint), recording, observer);
    }

    /** The same on replicas. */
    public LoadGenerator(Replicas replicas, LoadRecording recording, LoadObserver observer) {
        this.replicas = replicas;
        this.recording = recording;
        this.observer = observer;
    }

    /**
     * Runs the plan to its end, on the caller's thread. Interrupting that thread is a {@link
     * #stop}.
     *
     * @throws java.io.UncheckedIOException if the run cannot be recorded
     */
    public LoadResult run(LoadPlan plan, Slo slo) {
        String salt = "shakedown-" + UUID.randomUUID();
        try (Servers servers = new Servers(replicas.endpoints(), CONTROL_TIMEOUT)) {
            boolean sessions = plan.prompts().sessions().isPresent();
            String model = replicas.endpoints().getFirst().model();
            RequestBodies bodies = new RequestBodies(model, salt, sessions);
            PromptWriter writer =
                    switch (plan.api()) {
                        case COMPLETIONS -> PromptCalibration.completions(servers.first(), bodies);
                        case CHAT -> PromptCalibration.chat(servers.first(), bodies);
                    };
            try (RequestFeed feed =
                    new RequestFeed(plan.prompts(), writer, servers.maxModelLength())) {
                List<Optional<ServerCounters>> before = servers.idle(IDLE_PATIENCE);
                LoadSummary.Sent sent =
                        new LoadSummary.Sent(writer.exact(), writer.shortest() - 1, salt);
                LoadSummary summary = new LoadSummary(plan, recording, sent);
                return load(new Job(plan, slo, servers, feed), summary, before);
            }
        }
    }

    /** Ends the load as soon as possible, from any thread; {@link #run} returns what there is. */
    public void stop() {
        stopped = true;
    }

    private record Job(LoadPlan plan, Slo slo, Servers servers, RequestFeed feed) {}

    /** Virtual threads would share their carriers with the one that sends. */
    private static ExecutorService turnWriters() {
        return Executors.newFixedThreadPool(
                TURN_WRITERS, Thread.ofPlatform().daemon().name("shakedown-turns-", 0).factory());
    }

    private LoadResult load(Job job, LoadSummary summary, List<Optional<ServerCounters>> before) {
        RunClock clock = recording.clock();
        LoadPlan plan = job.plan();
        boolean sessions = plan.prompts().sessions().isPresent();
        try (ReplicaTransports transports =
                        new ReplicaTransports(
                                replicas.endpoints(), plan.requestTimeout(), clock::nowNs);
                ExecutorService writers = turnWriters();
                HealthProbe health = new HealthProbe(clock, transports::loops)) {
            Sending.Way way =
                    new Sending.Way(
                            job.feed(),
                            new ReplicaSender(replicas, transports, sessions),
                            writers,
                            new RealTime(clock),
                            () -> stopped);
            Sending sending = Sending.of(plan, job.slo(), clock.nowNs() + LEAD_NS, recording, way);
            Seconds.Watched watched = sending.watched();
            Seconds seconds = new Seconds(watched, health::second, observer);
            boolean drained;
            long endNs;
            Ticker ticker =
                    new Ticker(
                            seconds,
                            clock,
                            watched.timeline().startNs(),
                            job.servers(),
                            this::stop);
            try (ticker) {
                drained = sending.sendAndDrain();
                if (Thread.currentThread().isInterrupted()) {
                    stop();
                }
                endNs = clock.nowNs();
            }
            ticker.failure()
                    .ifPresent(
                            failure -> {
                                throw failure;
                            });
            List<Optional<ServerCounters>> after =
                    job.servers().idle(stopped ? STOPPED_PATIENCE : IDLE_PATIENCE);
            recording.flush(Long.MAX_VALUE);
            return summary.of(
                    new LoadSummary.Facts(
                            watched,
                            seconds.inFlight(),
                            health.summary(
                                    watched.tally().touchedBy(health.stalls()),
                                    watched.timeline().measureNs()),
                            transports.connections(),
                            endNs),
                    new LoadSummary.Ends(
                            Servers.sum(before),
                            Servers.sum(after),
                            job.servers().counted(before, after),
                            drained,
                            stopped));
        }
    }
}
