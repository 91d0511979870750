package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.dataset.TraceFile;
import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.Trace;
import dev.shakedown.workloads.load.TraceRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code load.arrivals}. */
final class ArrivalsReader {
    private static final int MOST_BURSTINESS = 1_000_000;
    private static final int MOST_SPEED = 1_000_000;
    private static final String CHOICES =
            "poisson: 25/s, constant: 25/s, gamma, ramp, stages, trace, closedLoop: 64, sweep or findCapacity";

    private ArrivalsReader() {}

    /**
     * What was asked for.
     *
     * @param first of a series, the arrivals of its first load
     */
    record Asked(Arrivals first, Optional<LoadSeries> series) {}

    /** {@code folder} is what relative paths count from. */
    static Optional<Asked> read(Fields fields, Path folder) {
        Optional<LoadSeries> series = SeriesReader.read(fields);
        List<Arrivals> found = new ArrayList<>();
        fields.optional("poisson")
                .flatMap(Value::rate)
                .ifPresent(rate -> found.add(new Arrivals.Poisson(rate)));
        fields.optional("constant")
                .flatMap(Value::rate)
                .ifPresent(rate -> found.add(new Arrivals.Constant(rate)));
        fields.optional("gamma")
                .flatMap(Value::map)
                .flatMap(ArrivalsReader::gamma)
                .ifPresent(found::add);
        fields.optional("ramp")
                .flatMap(Value::map)
                .flatMap(ArrivalsReader::ramp)
                .ifPresent(found::add);
        fields.optional("stages").flatMap(ArrivalsReader::stages).ifPresent(found::add);
        fields.optional("closedLoop").flatMap(ArrivalsReader::closedLoop).ifPresent(found::add);
        fields.optional("trace")
                .flatMap(Value::map)
                .map(trace -> replay(trace, folder))
                .ifPresent(found::add);
        LoadReader.exactlyOne(fields, "load.arrivals", CHOICES);
        fields.end();
        series.map(LoadSeries::first).ifPresent(found::add);
        return found.stream().findFirst().map(first -> new Asked(first, series));
    }

    private static Optional<Arrivals> gamma(Fields fields) {
        Optional<Double> rate = fields.required("rate", "25/s").flatMap(Value::rate);
        Optional<Double> burstiness =
                fields.required("burstiness", "0.5")
                        .flatMap(value -> value.positive(MOST_BURSTINESS));
        fields.end();
        return rate.flatMap(r -> burstiness.map(b -> new Arrivals.Gamma(r, b)));
    }

    /** {@code 64}, or {@code { users: 64, rampUp: 10s }}. */
    private static Optional<Arrivals> closedLoop(Value value) {
        if (value.node() instanceof Node.Scalar) {
            return value.count(1, LoadReader.MOST_USERS).map(Arrivals.ClosedLoop::new);
        }
        return value.map().flatMap(ArrivalsReader::closedLoop);
    }

    private static Optional<Arrivals> closedLoop(Fields fields) {
        Optional<Integer> users =
                fields.required("users", "64")
                        .flatMap(value -> value.count(1, LoadReader.MOST_USERS));
        Duration rampUp = fields.optional("rampUp").flatMap(Value::duration).orElse(Duration.ZERO);
        fields.end();
        return users.map(count -> new Arrivals.ClosedLoop(count, rampUp));
    }

    private static Optional<Arrivals> ramp(Fields fields) {
        Optional<Double> from = fields.required("from", "1/s").flatMap(Value::rate);
        Optional<Double> to = fields.required("to", "25/s").flatMap(Value::rate);
        Optional<Duration> over = fields.required("over", "60s").flatMap(Value::positiveDuration);
        boolean exponential =
                fields.optional("shape")
                        .flatMap(
                                value ->
                                        value.oneOf(
                                                Map.of("linear", false, "exponential", true),
                                                List.of()))
                        .orElse(false);
        fields.end();
        return from.isPresent() && to.isPresent() && over.isPresent()
                ? Optional.of(new Arrivals.Ramp(from.get(), to.get(), over.get(), exponential))
                : Optional.empty();
    }

    private static Optional<Arrivals> stages(Value value) {
        List<Value> items = value.list().orElse(List.of());
        if (items.isEmpty()) {
            return value.list().isPresent()
                    ? value.wrong("is empty; write at least one stage")
                    : Optional.empty();
        }
        List<Arrivals.Stages.Stage> stages = new ArrayList<>();
        for (Value item : items) {
            item.map().flatMap(ArrivalsReader::stage).ifPresent(stages::add);
        }
        return stages.size() == items.size()
                ? Optional.of(new Arrivals.Stages(stages))
                : Optional.empty();
    }

    private static Arrivals replay(Fields fields, Path folder) {
        int limit =
                fields.optional("limit")
                        .flatMap(value -> value.count(1, TraceFile.MOST_REQUESTS))
                        .orElse(TraceFile.MOST_REQUESTS);
        double speed =
                fields.optional("speed").flatMap(value -> value.positive(MOST_SPEED)).orElse(1.0);
        Optional<Trace> trace =
                fields.required("file", "trace.csv")
                        .flatMap(value -> DataFiles.read(value, folder, TraceFile::read, limit));
        fields.end();
        return new Arrivals.Replay(trace.orElseGet(ArrivalsReader::someTrace), speed);
    }

    /** In place of one that could not be read, which is a problem already. */
    private static Trace someTrace() {
        return Trace.of("", 1, 0, List.of(new TraceRequest(0, 1, 1, List.of())));
    }

    private static Optional<Arrivals.Stages.Stage> stage(Fields fields) {
        Optional<Double> rate = fields.required("rate", "5/s").flatMap(Value::rate);
        Optional<Duration> length = fields.required("for", "30s").flatMap(Value::positiveDuration);
        fields.end();
        return rate.flatMap(r -> length.map(l -> new Arrivals.Stages.Stage(r, l)));
    }
}
