package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.HealthProbe;
import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.RequestRecord;
import dev.shakedown.workloads.measure.RunClock;
import dev.shakedown.workloads.openai.CompletionTransport;
import dev.shakedown.workloads.openai.Endpoint;
import dev.shakedown.workloads.openai.OkHttpTransport;
import dev.shakedown.workloads.openai.PromptCalibration;
import dev.shakedown.workloads.openai.PromptWriter;
import dev.shakedown.workloads.openai.RequestBodies;
import dev.shakedown.workloads.openai.ServerApi;
import dev.shakedown.workloads.openai.ServerCounters;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes one load on one endpoint: calibrates prompts, reads the server's counters, sends, drains,
 * reads the counters again. A server that fails yields outcomes, not exceptions.
 */
public final class LoadGenerator {
    private static final Duration CONTROL_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration IDLE_PATIENCE = Duration.ofSeconds(5);

    /** For the first thread to get going before the first request is due. */
    private static final long LEAD_NS = 20_000_000;

    /** Cancelled exchanges end at once; this only bounds the wait for them. */
    private static final long CANCEL_NS = 5_000_000_000L;

    private final Endpoint endpoint;
    private final LoadRecording recording;
    private final LoadObserver observer;
    private volatile boolean stopped;

    /** A generator for one run; the recording stays open and belongs to the caller. */
    public LoadGenerator(Endpoint endpoint, LoadRecording recording, LoadObserver observer) {
        this.endpoint = endpoint;
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
        try (ServerApi server = new ServerApi(endpoint, CONTROL_TIMEOUT)) {
            RequestBodies bodies = new RequestBodies(endpoint.model(), salt);
            PromptWriter writer =
                    switch (plan.api()) {
                        case COMPLETIONS -> PromptCalibration.completions(server, bodies);
                        case CHAT -> PromptCalibration.chat(server, bodies);
                    };
            try (RequestFeed feed =
                    new RequestFeed(plan.prompts(), writer, server.maxModelLength())) {
                Optional<ServerCounters> before = IdlePoint.read(server, IDLE_PATIENCE);
                LoadSummary summary = new LoadSummary(plan, recording, writer.exact(), salt);
                return load(new Job(plan, slo, server, feed), summary, before);
            }
        }
    }

    /** Ends the load as soon as possible, from any thread; {@link #run} returns what there is. */
    public void stop() {
        stopped = true;
    }

    private record Job(LoadPlan plan, Slo slo, ServerApi server, RequestFeed feed) {}

    private LoadResult load(Job job, LoadSummary summary, Optional<ServerCounters> before) {
        RunClock clock = recording.clock();
        LoadPlan plan = job.plan();
        try (HealthProbe health = new HealthProbe(clock);
                CompletionTransport transport =
                        new OkHttpTransport(endpoint, plan.requestTimeout(), clock::nowNs)) {
            Tally tally = new Tally(job.slo(), plan.arrivals().openLoop());
            Optional<Schedule> schedule = schedule(plan);
            Timeline timeline = Timeline.of(plan, clock.nowNs() + LEAD_NS);
            AtomicReference<Dispatch> dispatch = new AtomicReference<>();
            Flights flights =
                    new Flights(
                            transport,
                            recording,
                            timeline,
                            tally,
                            request -> ended(dispatch.get(), request));
            Dispatch.Surroundings run =
                    new Dispatch.Surroundings(
                            timeline, job.feed(), flights, clock::nowNs, () -> stopped);
            dispatch.set(dispatch(plan, schedule, run));
            Ticker.Watched watched =
                    new Ticker.Watched(recording, timeline, flights, dispatch.get(), tally);
            boolean drained;
            long endNs;
            Ticker ticker = new Ticker(watched, job.server(), health, observer, this::stop);
            try (ticker) {
                drained = sendAndDrain(dispatch.get(), flights, timeline);
                endNs = clock.nowNs();
            }
            ticker.failure()
                    .ifPresent(
                            failure -> {
                                throw failure;
                            });
            Optional<ServerCounters> after = IdlePoint.read(job.server(), IDLE_PATIENCE);
            recording.flush(Long.MAX_VALUE);
            return summary.of(
                    new LoadSummary.Facts(
                            watched, ticker.inFlight(), health, transport.connections(), endNs),
                    new LoadSummary.Ends(before, after, drained, stopped));
        }
    }

    private static void ended(Dispatch dispatch, RequestRecord request) {
        dispatch.ended(request);
    }

    private static Optional<Schedule> schedule(LoadPlan plan) {
        Duration length = plan.warmUp().plus(plan.duration());
        return switch (plan.arrivals()) {
            case Arrivals.Constant(double rate) ->
                    Optional.of(Schedule.draw(FireTimes.constant(rate), length));
            case Arrivals.Poisson(double rate) ->
                    Optional.of(
                            Schedule.draw(FireTimes.poisson(rate, plan.prompts().seed()), length));
            case Arrivals.ClosedLoop _ -> Optional.empty();
        };
    }

    private static Dispatch dispatch(
            LoadPlan plan, Optional<Schedule> schedule, Dispatch.Surroundings run) {
        return switch (plan.arrivals()) {
            case Arrivals.ClosedLoop(int users) -> new ClosedLoop(users, run);
            case Arrivals.Constant _, Arrivals.Poisson _ ->
                    new OpenLoop(schedule.orElseThrow(), plan.maxInFlight(), run);
        };
    }

    /** Whether everything had ended by the drain's deadline, by itself. */
    private boolean sendAndDrain(Dispatch dispatch, Flights flights, Timeline timeline) {
        try {
            dispatch.run();
            boolean drained = awaitEmpty(flights, timeline.drainEndNs());
            if (!drained) {
                flights.cancelAll();
                awaitCancelled(flights);
            }
            return drained;
        } catch (InterruptedException e) {
            stopped = true;
            flights.cancelAll();
            awaitCancelled(flights);
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean awaitEmpty(Flights flights, long deadlineNs) throws InterruptedException {
        while (flights.inFlight() > 0) {
            if (stopped || recording.clock().nowNs() >= deadlineNs) {
                return false;
            }
            Thread.sleep(Duration.ofMillis(1));
        }
        return true;
    }

    private void awaitCancelled(Flights flights) {
        long deadline = recording.clock().nowNs() + CANCEL_NS;
        while (flights.inFlight() > 0 && recording.clock().nowNs() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
