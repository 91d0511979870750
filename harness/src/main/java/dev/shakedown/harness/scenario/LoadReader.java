package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.dataset.PromptSet;
import dev.shakedown.workloads.load.Api;
import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.PromptText;
import dev.shakedown.workloads.load.Prompts;
import dev.shakedown.workloads.load.Sessions;
import dev.shakedown.workloads.load.SharedPrefix;
import dev.shakedown.workloads.load.TokenLengths;
import dev.shakedown.workloads.load.Trace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code load}. */
final class LoadReader {
    static final int MOST_USERS = 1_000_000;
    private static final int MOST_TOKENS = 10_000_000;
    private static final int MOST_PREFIXES = 1_000_000;
    private static final int USUAL_IN_FLIGHT = 512;
    private static final long USUAL_SEED = 42;
    private static final Duration USUAL_TIMEOUT = Duration.ofMinutes(10);

    private final Path folder;

    /** {@code folder} is what relative paths count from. */
    LoadReader(Path folder) {
        this.folder = folder;
    }

    /** What is sent, from where, and whether it is tried on an exact server first. */
    record Load(
            LoadPlan plan, Optional<LoadSeries> series, LoadFrom from, Calibration calibration) {}

    Load read(Fields fields, Duration drain) {
        Map<String, Api> apis = new LinkedHashMap<>();
        apis.put("completions", Api.COMPLETIONS);
        apis.put("chat", Api.CHAT);
        ArrivalsReader.Asked asked = arrivals(fields);
        Duration warmUp = fields.optional("warmUp").flatMap(Value::duration).orElse(Duration.ZERO);
        Duration duration =
                fields.required("duration", "30s")
                        .flatMap(Value::positiveDuration)
                        .orElse(Duration.ofSeconds(1));
        Arrivals arrivals = until(asked.first(), warmUp.plus(duration));
        LoadPlan plan =
                new LoadPlan(
                        arrivals,
                        prompts(fields, arrivals),
                        fields.optional("api")
                                .flatMap(value -> value.oneOf(apis, List.of()))
                                .orElse(Api.COMPLETIONS),
                        warmUp,
                        duration,
                        fields.optional("maxInFlight")
                                .flatMap(value -> value.count(1, MOST_USERS))
                                .orElse(USUAL_IN_FLIGHT),
                        drain,
                        fields.optional("requestTimeout")
                                .flatMap(Value::positiveDuration)
                                .orElse(USUAL_TIMEOUT));
        LoadFrom from =
                fields.optional("from").flatMap(LoadReader::place).orElse(new LoadFrom.Here());
        Calibration calibration =
                fields.optional("calibration")
                        .flatMap(value -> value.oneOf(calibrations(), List.of()))
                        .orElse(Calibration.AUTO);
        if (plan.prompts().sessions().isPresent()
                && asked.series().filter(LoadSeries.FindCapacity.class::isInstance).isPresent()) {
            fields.complain(
                    "arrivals",
                    "findCapacity searches a rate of requests, and arrivals are sessions here; write sweep: { rates: [..] } of sessions");
        }
        fields.end();
        return new Load(plan, asked.series(), from, calibration);
    }

    private static Map<String, Calibration> calibrations() {
        Map<String, Calibration> byKey = new LinkedHashMap<>();
        for (Calibration each : Calibration.values()) {
            byKey.put(each.key(), each);
        }
        return byKey;
    }

    private ArrivalsReader.Asked arrivals(Fields fields) {
        return fields.required("arrivals", "{ poisson: 25/s }")
                .flatMap(Value::map)
                .flatMap(map -> ArrivalsReader.read(map, folder))
                .orElse(new ArrivalsReader.Asked(new Arrivals.ClosedLoop(1), Optional.empty()));
    }

    private static Arrivals until(Arrivals arrivals, Duration end) {
        return arrivals instanceof Arrivals.Replay replay ? replay.until(end) : arrivals;
    }

    /** With a trace, lengths that are not written are the trace's. */
    private Prompts prompts(Fields fields, Arrivals arrivals) {
        Optional<Trace> trace =
                arrivals instanceof Arrivals.Replay replay
                        ? Optional.of(replay.trace())
                        : Optional.empty();
        Optional<Value> written =
                trace.isPresent()
                        ? fields.optional("prompts")
                        : fields.required("prompts", "{ inputTokens: 1000, outputTokens: 256 }");
        return written.flatMap(Value::map)
                .map(map -> prompts(map, trace))
                .orElse(
                        new Prompts(
                                trace.map(Trace::inputTokens).orElse(someTokens()),
                                trace.map(Trace::outputTokens).orElse(someTokens()),
                                USUAL_SEED,
                                trace.map(Trace::text).orElse(new PromptText.Words())));
    }

    private static Optional<LoadFrom> place(Value value) {
        Optional<String> text = value.looseText();
        Optional<LoadFrom> place = text.flatMap(LoadFrom::of);
        if (text.isPresent() && place.isEmpty()) {
            value.complain(
                    "%s is no place; write here, head, node:NAME or pod".formatted(text.get()));
        }
        return place;
    }

    static void exactlyOne(Fields fields, String path, String choices) {
        List<String> keys = fields.keys();
        if (keys.size() == 1) {
            return;
        }
        String found = keys.isEmpty() ? "none" : String.join(" and ", keys);
        Place place = keys.size() < 2 ? fields.place() : fields.placeOf(keys.get(1));
        fields.problems()
                .add(place, path + ": needs exactly one of " + choices + "; found " + found);
    }

    private Prompts prompts(Fields fields, Optional<Trace> trace) {
        long seed =
                fields.optional("seed")
                        .flatMap(value -> value.whole(Long.MIN_VALUE, Long.MAX_VALUE))
                        .orElse(USUAL_SEED);
        Optional<PromptSet> file = DataFiles.prompts(fields, folder, seed);
        PromptText text =
                file.<PromptText>map(PromptSet::given)
                        .or(() -> trace.map(Trace::text))
                        .orElse(new PromptText.Words());
        Map<String, TokenLengths> inputs = new LinkedHashMap<>();
        trace.ifPresent(recorded -> inputs.put(TokenLengths.Listed.TRACE, recorded.inputTokens()));
        Map<String, TokenLengths> outputs = new LinkedHashMap<>();
        file.flatMap(PromptSet::outputLengths)
                .ifPresent(lengths -> outputs.put(TokenLengths.Listed.FILE, lengths));
        trace.ifPresent(
                recorded -> outputs.put(TokenLengths.Listed.TRACE, recorded.outputTokens()));
        Optional<TokenLengths> inputTokens =
                file.map(PromptSet::inputLengths)
                        .or(() -> lengths(fields, "inputTokens", "1000", inputs));
        TokenLengths outputTokens =
                lengths(fields, "outputTokens", "256", outputs).orElse(someTokens());
        Optional<Sessions> sessions = SessionsReader.read(fields);
        Prompts prompts =
                new Prompts(
                        inputTokens.orElse(someTokens()),
                        outputTokens,
                        seed,
                        text,
                        // In a session the prefix comes on top of them.
                        sharedPrefix(fields, text, inputTokens.filter(_ -> sessions.isEmpty())));
        fields.end();
        return sessions.filter(_ -> mayGoOn(fields, prompts)).map(prompts::in).orElse(prompts);
    }

    private static boolean mayGoOn(Fields fields, Prompts prompts) {
        Optional<String> wrong =
                SessionsReader.wrong(prompts.text(), prompts.inputTokens(), prompts.outputTokens());
        wrong.ifPresent(why -> fields.complain(SessionsReader.KEY, why));
        return wrong.isEmpty();
    }

    /** Empty where there is none, and where one is wrong. */
    private static Optional<SharedPrefix> sharedPrefix(
            Fields fields, PromptText text, Optional<TokenLengths> inputTokens) {
        Optional<SharedPrefix> prefix =
                fields.optional("sharedPrefix")
                        .flatMap(Value::map)
                        .flatMap(LoadReader::sharedPrefix);
        return prefix.filter(
                shared -> {
                    Optional<String> wrong =
                            switch (text) {
                                case PromptText.Words _ ->
                                        inputTokens.flatMap(input -> wholePrompt(shared, input));
                                case PromptText.Blocks _ ->
                                        Optional.of(
                                                "the trace's hash_ids tell what its prompts share; leave it out");
                                case PromptText.Given _ ->
                                        Optional.of(
                                                "the prompts of a file are sent as they are; leave it out");
                            };
                    wrong.ifPresent(why -> fields.complain("sharedPrefix", why));
                    return wrong.isEmpty();
                });
    }

    private static Optional<String> wholePrompt(SharedPrefix shared, TokenLengths input) {
        return shared.tokens() < input.longest()
                ? Optional.empty()
                : Optional.of(
                        "tokens: %,d is the whole prompt; inputTokens, at most %,d, count the prefix too"
                                .formatted(shared.tokens(), input.longest()));
    }

    private static Optional<SharedPrefix> sharedPrefix(Fields fields) {
        Optional<Integer> count =
                fields.required("count", "8").flatMap(value -> value.count(1, MOST_PREFIXES));
        Optional<Integer> tokens = count(fields, "tokens", "512");
        double ratio = fields.optional("ratio").flatMap(Value::share).orElse(1.0);
        fields.end();
        return count.flatMap(c -> tokens.map(t -> new SharedPrefix(c, t, ratio)));
    }

    private static TokenLengths someTokens() {
        return new TokenLengths.Fixed(1);
    }

    /** The first of the recorded lengths stands for those that are not written. */
    private static Optional<TokenLengths> lengths(
            Fields fields, String key, String example, Map<String, TokenLengths> recorded) {
        Optional<Value> written =
                recorded.isEmpty() ? fields.required(key, example) : fields.optional(key);
        return written.flatMap(value -> tokens(value, recorded))
                .or(() -> recorded.values().stream().findFirst());
    }

    private static Optional<TokenLengths> tokens(Value value, Map<String, TokenLengths> recorded) {
        String word = value.raw();
        if (recorded.containsKey(word)) {
            return Optional.ofNullable(recorded.get(word));
        }
        if (word.equals(TokenLengths.Listed.TRACE)) {
            return value.wrong("there is no trace; write load.arrivals: { trace: { file } }");
        }
        if (word.equals(TokenLengths.Listed.FILE)) {
            return value.wrong("no file tells it for every prompt; write a number like 256");
        }
        return LengthsReader.TOKENS.read(value);
    }

    private static Optional<Integer> count(Fields fields, String key, String example) {
        return fields.required(key, example).flatMap(value -> value.count(1, MOST_TOKENS));
    }
}
