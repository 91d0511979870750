package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.load.Arrivals;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads {@code sweep} and {@code findCapacity} of {@code load.arrivals}. */
final class SeriesReader {
    private static final int MOST_LOADS = 200;
    private static final double USUAL_WITHIN = 0.03;
    private static final double USUAL_CONFIDENCE = 0.9;
    private static final double LEAST_WITHIN = 0.001;
    private static final double MOST_CONFIDENCE = 0.999;

    private SeriesReader() {}

    /** Empty where there is none of the two, and where one is wrong. */
    static Optional<LoadSeries> read(Fields arrivals) {
        Optional<LoadSeries> sweep =
                arrivals.optional("sweep").flatMap(Value::map).flatMap(SeriesReader::sweep);
        Optional<LoadSeries> capacity =
                arrivals.optional("findCapacity")
                        .flatMap(Value::map)
                        .flatMap(SeriesReader::findCapacity);
        return sweep.or(() -> capacity);
    }

    /** {@code { rates: [1/s, 2/s] }} or {@code { users: [8, 16] }}. */
    private static Optional<LoadSeries> sweep(Fields fields) {
        Optional<Value> rates = fields.optional("rates");
        Optional<Value> users = fields.optional("users");
        LoadReader.exactlyOne(
                fields, "load.arrivals.sweep", "rates: [1/s, 2/s, 4/s] or users: [8, 16, 32]");
        fields.end();
        List<Arrivals> loads = new ArrayList<>();
        rates.ifPresent(
                list -> loads.addAll(each(list, value -> value.rate().map(Arrivals.Poisson::new))));
        users.ifPresent(
                list ->
                        loads.addAll(
                                each(
                                        list,
                                        value ->
                                                value.count(1, LoadReader.MOST_USERS)
                                                        .map(Arrivals.ClosedLoop::new))));
        return loads.isEmpty() ? Optional.empty() : Optional.of(new LoadSeries.Sweep(loads));
    }

    private static List<Arrivals> each(
            Value list, Function<Value, Optional<? extends Arrivals>> read) {
        List<Value> items = list.list().orElse(List.of());
        List<Arrivals> loads = new ArrayList<>();
        if (items.isEmpty() && list.list().isPresent()) {
            list.complain("is empty; write at least one value");
        }
        if (items.size() > MOST_LOADS) {
            list.complain(
                    "has %,d values; at most %d are allowed".formatted(items.size(), MOST_LOADS));
            return loads;
        }
        for (Value item : items) {
            Optional<? extends Arrivals> load = read.apply(item);
            if (load.isPresent() && loads.contains(load.get())) {
                item.complain("%s is there twice; remove one".formatted(item.raw()));
            }
            load.ifPresent(loads::add);
        }
        return loads;
    }

    private static Optional<LoadSeries> findCapacity(Fields fields) {
        Optional<Double> from = fields.required("from", "1/s").flatMap(Value::rate);
        Optional<Double> to = fields.required("to", "100/s").flatMap(Value::rate);
        double within =
                fields.optional("within")
                        .flatMap(value -> between(value, LEAST_WITHIN, 1))
                        .orElse(USUAL_WITHIN);
        double confidence =
                fields.optional("confidence")
                        .flatMap(value -> between(value, 0.6, MOST_CONFIDENCE))
                        .orElse(USUAL_CONFIDENCE);
        fields.end();
        if (from.isEmpty() || to.isEmpty()) {
            return Optional.empty();
        }
        if (to.get() <= from.get()) {
            fields.complain("to", "must be above from, which is " + Quantity.text(from.get()));
            return Optional.empty();
        }
        return Optional.of(new LoadSeries.FindCapacity(from.get(), to.get(), within, confidence));
    }

    private static Optional<Double> between(Value value, double least, double most) {
        return value.share()
                .filter(
                        share -> {
                            boolean inside = share >= least && share <= most;
                            if (!inside) {
                                value.complain(
                                        "must be between %s and %s, not %s"
                                                .formatted(least, most, value.raw()));
                            }
                            return inside;
                        });
    }
}
