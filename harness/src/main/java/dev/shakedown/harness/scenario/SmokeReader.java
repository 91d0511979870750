package dev.shakedown.harness.scenario;

import java.time.Duration;
import java.util.Optional;

/** Reads {@code smoke}; without it the usual job runs. */
final class SmokeReader {
    private static final SmokeSpec USUAL =
            new SmokeSpec(10_000_000, 6, 25_000, Duration.ofMinutes(10));
    private static final long MOST_SAMPLES = 1_000_000_000_000_000L;
    private static final int MOST_SECONDS = 86_400;
    private static final int MOST_ROWS = 1_000_000;

    private SmokeReader() {}

    /** Empty where the file says {@code smoke: off}. */
    static Optional<SmokeSpec> read(Fields top) {
        Optional<Value> smoke = top.optional("smoke");
        if (smoke.isEmpty()) {
            return Optional.of(USUAL);
        }
        if (smoke.get().node() instanceof Node.Scalar scalar) {
            if (!scalar.text().equals("off")) {
                smoke.get()
                        .complain(
                                "must be off or { monteCarloPi: {...} }, not "
                                        + scalar.description());
            }
            return Optional.empty();
        }
        return smoke.get().map().map(SmokeReader::jobs);
    }

    private static SmokeSpec jobs(Fields smoke) {
        SmokeSpec job =
                smoke.optional("monteCarloPi")
                        .flatMap(Value::map)
                        .map(SmokeReader::monteCarloPi)
                        .orElse(USUAL);
        smoke.end();
        return job;
    }

    private static SmokeSpec monteCarloPi(Fields fields) {
        SmokeSpec job =
                new SmokeSpec(
                        fields.optional("samplesPerTask")
                                .flatMap(value -> value.whole(1, MOST_SAMPLES))
                                .orElse(USUAL.samplesPerTask()),
                        fields.optional("burnSeconds")
                                .flatMap(value -> value.count(0, MOST_SECONDS))
                                .orElse(USUAL.burnSeconds()),
                        fields.optional("matrixSize")
                                .flatMap(value -> value.count(1, MOST_ROWS))
                                .orElse(USUAL.matrixSize()),
                        fields.optional("timeout")
                                .flatMap(Value::positiveDuration)
                                .orElse(USUAL.timeout()));
        fields.end();
        return job;
    }
}
