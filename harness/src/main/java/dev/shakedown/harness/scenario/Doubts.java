package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.PromptText;
import dev.shakedown.workloads.load.Prompts;
import dev.shakedown.workloads.load.Sessions;
import dev.shakedown.workloads.load.Trace;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is allowed but will disappoint; only for scenarios that are otherwise right. */
final class Doubts {
    private static final Pattern MAX_MODEL_LEN = Pattern.compile("--max-model-len[= ]([0-9]{1,9})");

    /** A trace may end a little before the load does. */
    private static final double TRACE_FILLS = 0.95;

    private final Function<String, Place> place;
    private final Problems warnings;

    /** {@code place} finds where a path stands. */
    Doubts(Function<String, Place> place, Problems warnings) {
        this.place = place;
        this.warnings = warnings;
    }

    void raise(Draft draft) {
        if (draft.series().filter(LoadSeries.FindCapacity.class::isInstance).isEmpty()) {
            // The loads of a search last as long as the limits need.
            draft.load().ifPresent(load -> floors(load, draft.limits()));
        }
        draft.load().ifPresent(this::scheduleBeyondItsEnd);
        draft.load().ifPresent(this::prompts);
        draft.load().ifPresent(this::sessionsThatHaveNotEnded);
        draft.load().filter(_ -> !isVirtual(draft)).ifPresent(this::turnsAtOnce);
        draft.load().ifPresent(load -> paceOfAChangingRate(load, draft.limits()));
        smokeDeadline(draft);
        idleGpus(draft);
        contextLength(draft);
    }

    private void floors(LoadPlan load, List<Limit> limits) {
        if (!(load.arrivals() instanceof Arrivals.Open open)) {
            return;
        }
        double perSecond =
                open.meanRate(load.warmUp(), load.warmUp().plus(load.duration()))
                        * load.prompts().requestsPerArrival();
        limits.forEach(
                limit -> {
                    if (limit instanceof Limit.Latency latency) {
                        floor(load, open, perSecond, latency);
                    }
                });
    }

    private void floor(
            LoadPlan load, Arrivals.Open arrivals, double perSecond, Limit.Latency limit) {
        int needed = Enough.requests(limit);
        double mean = perSecond * seconds(load.duration());
        double spread = spread(arrivals);
        if (Enough.offered(mean, needed, spread)) {
            return;
        }
        boolean steady = arrivals instanceof Arrivals.Steady;
        String path = "limits." + limit.key();
        warnings.add(
                place.apply(path),
                "%s: needs %,d requests; %s for %s offers about %,d; %s or limit a lower percentile"
                        .formatted(
                                path,
                                needed,
                                steady
                                        ? Quantity.text(perSecond)
                                        : String.format(Locale.ROOT, "%.3g/s", perSecond),
                                Quantity.text(load.duration()),
                                Math.round(mean),
                                steady
                                        ? "write load.duration: %ds"
                                                .formatted(
                                                        Enough.seconds(needed, perSecond, spread))
                                        : "make it longer or faster"));
    }

    /** Standard deviation of the number of requests over the square root of its mean. */
    private static double spread(Arrivals.Open arrivals) {
        return switch (arrivals) {
            case Arrivals.Constant _, Arrivals.Replay _ -> 0;
            case Arrivals.Gamma(_, double burstiness) -> 1 / Math.sqrt(burstiness);
            case Arrivals.Poisson _, Arrivals.Ramp _, Arrivals.Stages _ -> 1;
        };
    }

    private void scheduleBeyondItsEnd(LoadPlan load) {
        Duration whole = load.warmUp().plus(load.duration());
        switch (load.arrivals()) {
            case Arrivals.Replay replay -> endOfTheTrace(load, replay, whole);
            case Arrivals.Open open when open.planned().compareTo(whole) > 0 ->
                    warnings.add(
                            place.apply("load.arrivals"),
                            "load.arrivals: takes %s, but warmUp and duration end after %s; write load.duration: %s"
                                    .formatted(
                                            Quantity.text(open.planned()),
                                            Quantity.text(whole),
                                            Quantity.text(open.planned().minus(load.warmUp()))));
            case Arrivals.ClosedLoop loop when loop.rampUp().compareTo(load.warmUp()) > 0 ->
                    warnings.add(
                            place.apply("load.arrivals"),
                            "load.arrivals: users still begin when the measured phase has begun; write load.warmUp: %s"
                                    .formatted(Quantity.text(loop.rampUp())));
            case Arrivals.Open _, Arrivals.ClosedLoop _ -> {}
        }
    }

    /** A trace that goes on is cut, which needs no word. */
    private void endOfTheTrace(LoadPlan load, Arrivals.Replay replay, Duration whole) {
        Trace trace = replay.trace();
        if (trace.leftOut() > 0) {
            warnings.add(
                    place.apply("load.arrivals.trace.file"),
                    "load.arrivals.trace: %,d of the file's requests are left out, without tokens of prompt or answer"
                            .formatted(trace.leftOut()));
        }
        if (replay.planned().toNanos() < TRACE_FILLS * whole.toNanos()) {
            Duration rest = replay.planned().minus(load.warmUp());
            warnings.add(
                    place.apply("load.arrivals.trace"),
                    "load.arrivals.trace: its %,d requests end after %s, warmUp and duration after %s; nothing is sent from then on%s"
                            .formatted(
                                    trace.requests().size(),
                                    Quantity.text(inSeconds(replay.planned())),
                                    Quantity.text(whole),
                                    rest.toSeconds() > 0
                                            ? "; write load.duration: "
                                                    + Quantity.text(inSeconds(rest))
                                            : ""));
        }
    }

    private void prompts(LoadPlan load) {
        if (load.prompts().text() instanceof PromptText.Given given) {
            prompts(load, given);
        }
    }

    private void prompts(LoadPlan load, PromptText.Given given) {
        if (given.leftOut() > 0) {
            warnings.add(
                    place.apply("load.prompts.file"),
                    "load.prompts.file: %,d of the file's entries are left out, without a prompt"
                            .formatted(given.leftOut()));
        }
        if (load.arrivals() instanceof Arrivals.Open open) {
            double requests = open.expected(seconds(load.warmUp().plus(load.duration())));
            if (requests > given.texts().size()) {
                warnings.add(
                        place.apply("load.prompts.file"),
                        "load.prompts.file: has %,d prompts for about %,.0f requests; those that come again are answered faster where the engine has a prefix cache"
                                .formatted(given.texts().size(), requests));
            }
        }
    }

    /** Until the first of them end, there are more and more. */
    private void sessionsThatHaveNotEnded(LoadPlan load) {
        Optional<Duration> thinking = load.prompts().sessions().map(Sessions::thinking);
        if (load.arrivals().openLoop()
                && thinking.filter(time -> time.compareTo(load.warmUp()) > 0).isPresent()) {
            warnings.add(
                    place.apply("load.warmUp"),
                    "load.warmUp: %s is over before the first sessions are, whose users think for %s in all; until then the load still grows; write load.warmUp: %ds"
                            .formatted(
                                    Quantity.text(load.warmUp()),
                                    Quantity.text(inSeconds(thinking.get())),
                                    Math.ceilDiv(2 * thinking.get().toMillis(), 1_000L)));
        }
    }

    /** Nothing is written there. */
    private static boolean isVirtual(Draft draft) {
        return draft.clustered().provider() instanceof ProviderSpec.Simulated simulated
                && simulated.virtualClock();
    }

    /** A turn cannot be written before the answer to the one before is there. */
    private void turnsAtOnce(LoadPlan load) {
        if (load.prompts().sessions().filter(one -> one.thinkMs().isEmpty()).isPresent()) {
            warnings.add(
                    place.apply("load.prompts.sessions"),
                    "load.prompts.sessions: without think, a turn is due while the client still writes it, and leaves that much later; write think: 1s");
        }
    }

    private static Duration inSeconds(Duration time) {
        return time.toSeconds() > 0 ? Duration.ofSeconds(time.toSeconds()) : time;
    }

    /**
     * Answers take longer as the load grows, so that the last ones come later than they were asked
     * for.
     */
    private void paceOfAChangingRate(LoadPlan load, List<Limit> limits) {
        boolean paced = limits.stream().anyMatch(limit -> limit.key().equals("achievedRate"));
        boolean changes =
                load.arrivals() instanceof Arrivals.Open open
                        && open.planned().compareTo(load.warmUp()) > 0;
        if (paced && changes) {
            warnings.add(
                    place.apply("limits.achievedRate"),
                    "limits.achievedRate: says little while the rate of the arrivals changes; leave it out");
        }
    }

    private void smokeDeadline(Draft draft) {
        draft.smoke()
                .filter(smoke -> smoke.timeout().compareTo(draft.deadlines().smoke()) > 0)
                .ifPresent(
                        smoke ->
                                warnings.add(
                                        place.apply("smoke.monteCarloPi.timeout"),
                                        "smoke.monteCarloPi.timeout: %s is beyond deadlines.smoke, which ends the step after %s"
                                                .formatted(
                                                        Quantity.text(smoke.timeout()),
                                                        Quantity.text(draft.deadlines().smoke()))));
    }

    private void idleGpus(Draft draft) {
        ClusterSpec cluster = draft.clustered().cluster().orElseThrow();
        draft.engine()
                .filter(_ -> cluster.provider() != Provider.ATTACH)
                .filter(engine -> engine.parallelism().worldSize() < cluster.gpus())
                .ifPresent(
                        engine ->
                                warnings.add(
                                        place.apply("engine"),
                                        "engine: uses %d of %d GPUs; the others stay idle under load"
                                                .formatted(
                                                        engine.parallelism().worldSize(),
                                                        cluster.gpus())));
    }

    private void contextLength(Draft draft) {
        if (draft.engine().isEmpty() || draft.load().isEmpty()) {
            return;
        }
        Matcher matcher = MAX_MODEL_LEN.matcher(String.join(" ", draft.engine().get().args()));
        if (!matcher.find()) {
            return;
        }
        long room = Long.parseLong(matcher.group(1));
        Prompts prompts = draft.load().get().prompts();
        long input = prompts.inputTokens().longest();
        long output = prompts.outputTokens().longest();
        if (prompts.sessions().isPresent() && prompts.longest() > room) {
            warnings.add(
                    place.apply("load.prompts.sessions"),
                    "load.prompts.sessions: the longest grows to %,d tokens, --max-model-len is %,d; it ends before that"
                            .formatted(prompts.longest(), room));
        } else if (input + output > room) {
            warnings.add(
                    place.apply("load.prompts"),
                    "load.prompts: the longest request is %,d + %,d tokens, --max-model-len is %,d; the engine refuses such requests"
                            .formatted(input, output, room));
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
