package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.TokenLengths;
import dev.shakedown.workloads.measure.Metric;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is allowed but will disappoint; only for scenarios that are otherwise right. */
final class Doubts {
    private static final Pattern MAX_MODEL_LEN = Pattern.compile("--max-model-len[= ]([0-9]{1,9})");

    private final Function<String, Place> place;
    private final Problems warnings;

    /** {@code place} finds where a path stands. */
    Doubts(Function<String, Place> place, Problems warnings) {
        this.place = place;
        this.warnings = warnings;
    }

    void raise(Draft draft) {
        draft.load().ifPresent(load -> floors(load, draft.limits()));
        draft.load().ifPresent(this::scheduleBeyondItsEnd);
        smokeDeadline(draft);
        idleGpus(draft);
        contextLength(draft);
    }

    private void floors(LoadPlan load, List<Limit> limits) {
        OptionalDouble rate =
                load.arrivals().meanRate(load.warmUp(), load.warmUp().plus(load.duration()));
        rate.ifPresent(
                perSecond ->
                        limits.forEach(
                                limit -> {
                                    if (limit instanceof Limit.Latency latency) {
                                        floor(load, perSecond, latency);
                                    }
                                }));
    }

    /** A random schedule may well draw three standard deviations (√mean) below its mean. */
    private void floor(LoadPlan load, double perSecond, Limit.Latency limit) {
        int needed = limit.percentile().samples();
        double mean = perSecond * seconds(load.duration());
        boolean random = !(load.arrivals() instanceof Arrivals.Constant);
        double sure = random ? mean - 3 * Math.sqrt(mean) : mean;
        if (sure >= needed || limit.metric() == Metric.ICL) {
            return;
        }
        double enough = random ? Math.pow((3 + Math.sqrt(9 + 4.0 * needed)) / 2, 2) : needed;
        String path = "limits." + limit.key();
        warnings.add(
                place.apply(path),
                "%s: needs %,d requests; %s for %s offers about %,d; write load.duration: %ds or limit a lower percentile"
                        .formatted(
                                path,
                                needed,
                                Quantity.text(perSecond),
                                Quantity.text(load.duration()),
                                Math.round(mean),
                                (long) Math.ceil(enough / perSecond)));
    }

    private void scheduleBeyondItsEnd(LoadPlan load) {
        Duration planned =
                switch (load.arrivals()) {
                    case Arrivals.Ramp ramp -> ramp.over();
                    case Arrivals.Stages stages ->
                            stages.stages().stream()
                                    .map(Arrivals.Stages.Stage::length)
                                    .reduce(Duration.ZERO, Duration::plus);
                    case Arrivals.Constant _,
                            Arrivals.Poisson _,
                            Arrivals.Gamma _,
                            Arrivals.ClosedLoop _ ->
                            Duration.ZERO;
                };
        Duration whole = load.warmUp().plus(load.duration());
        if (planned.compareTo(whole) > 0) {
            warnings.add(
                    place.apply("load.arrivals"),
                    "load.arrivals: takes %s, but warmUp and duration end after %s; write load.duration: %s"
                            .formatted(
                                    Quantity.text(planned),
                                    Quantity.text(whole),
                                    Quantity.text(planned.minus(load.warmUp()))));
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
        long input = longest(draft.load().get().prompts().inputTokens());
        long output = longest(draft.load().get().prompts().outputTokens());
        if (input + output > room) {
            warnings.add(
                    place.apply("load.prompts"),
                    "load.prompts: the longest request is %,d + %,d tokens, --max-model-len is %,d; the engine refuses such requests"
                            .formatted(input, output, room));
        }
    }

    private static long longest(TokenLengths lengths) {
        return switch (lengths) {
            case TokenLengths.Fixed fixed -> fixed.tokens();
            case TokenLengths.LogNormal logNormal -> 2L * logNormal.p99();
            case TokenLengths.Uniform uniform -> uniform.max();
        };
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
