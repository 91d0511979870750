package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.load.TokenLengths;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Reads a number or a distribution of numbers.
 *
 * @param least a reader of what may be zero
 * @param some a reader of what may not
 * @param text of a number, as it is written
 * @param typical example of a number
 */
record LengthsReader(
        Function<Value, Optional<Integer>> least,
        Function<Value, Optional<Integer>> some,
        IntFunction<String> text,
        int typical) {
    private static final int MOST_TOKENS = 10_000_000;
    private static final int MOST_TURNS = 1_000;
    private static final Duration LONGEST = Duration.ofHours(24);

    /** Of tokens. */
    static final LengthsReader TOKENS = counts(MOST_TOKENS, 1_000);

    /** Of the turns of a session. */
    static final LengthsReader TURNS = counts(MOST_TURNS, 5);

    /** Of times, in milliseconds. */
    static final LengthsReader TIMES =
            new LengthsReader(
                    LengthsReader::millis,
                    value -> millis(value).filter(ms -> atLeastOne(value, ms)),
                    ms -> Quantity.text(Duration.ofMillis(ms)),
                    2_000);

    private static LengthsReader counts(int most, int typical) {
        return new LengthsReader(
                value -> value.count(0, most),
                value -> value.count(1, most),
                String::valueOf,
                typical);
    }

    private static Optional<Integer> millis(Value value) {
        return value.duration()
                .flatMap(
                        time ->
                                time.compareTo(LONGEST) > 0
                                        ? value.wrong("must be at most 24h, not " + value.raw())
                                        : Optional.of((int) time.toMillis()));
    }

    private static boolean atLeastOne(Value value, int ms) {
        if (ms < 1) {
            value.complain("must be at least 1ms, not " + value.raw());
        }
        return ms >= 1;
    }

    /** What is there; empty after a problem. */
    Optional<TokenLengths> read(Value value) {
        if (value.node() instanceof Node.Scalar) {
            return some.apply(value).map(TokenLengths.Fixed::new);
        }
        return value.map()
                .flatMap(
                        fields -> {
                            Optional<TokenLengths> logNormal =
                                    fields.optional("lognormal")
                                            .flatMap(Value::map)
                                            .flatMap(this::logNormal);
                            Optional<TokenLengths> uniform =
                                    fields.optional("uniform")
                                            .flatMap(Value::map)
                                            .flatMap(this::uniform);
                            Optional<TokenLengths> normal =
                                    fields.optional("normal")
                                            .flatMap(Value::map)
                                            .flatMap(this::normal);
                            LoadReader.exactlyOne(
                                    fields,
                                    value.path(),
                                    "lognormal: { median, p99 }, normal: { mean, stddev } or uniform: { min, max }");
                            fields.end();
                            return logNormal.or(() -> normal).or(() -> uniform);
                        });
    }

    private Optional<TokenLengths> logNormal(Fields fields) {
        Optional<Integer> median = number(fields, "median", typical);
        Optional<Integer> p99 = number(fields, "p99", 4 * typical);
        fields.end();
        if (median.isEmpty() || p99.isEmpty()) {
            return Optional.empty();
        }
        if (p99.get() <= median.get()) {
            fields.complain("p99", text(p99) + " must be above median " + text(median));
            return Optional.empty();
        }
        return Optional.of(new TokenLengths.LogNormal(median.get(), p99.get()));
    }

    private Optional<TokenLengths> normal(Fields fields) {
        Optional<Integer> mean = number(fields, "mean", typical);
        Optional<Integer> stddev =
                fields.required("stddev", text.apply(Math.max(1, typical / 5))).flatMap(least);
        fields.end();
        return mean.flatMap(m -> stddev.map(s -> new TokenLengths.Normal(m, s)));
    }

    private Optional<TokenLengths> uniform(Fields fields) {
        Optional<Integer> min = number(fields, "min", Math.max(1, typical / 10));
        Optional<Integer> max = number(fields, "max", typical);
        fields.end();
        if (min.isEmpty() || max.isEmpty()) {
            return Optional.empty();
        }
        if (max.get() < min.get()) {
            fields.complain("max", text(max) + " must not be below min " + text(min));
            return Optional.empty();
        }
        return Optional.of(new TokenLengths.Uniform(min.get(), max.get()));
    }

    private Optional<Integer> number(Fields fields, String key, int example) {
        return fields.required(key, text.apply(example)).flatMap(some);
    }

    private String text(Optional<Integer> number) {
        return text.apply(number.orElseThrow());
    }
}
