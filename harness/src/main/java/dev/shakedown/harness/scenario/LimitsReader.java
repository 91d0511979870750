package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.SampleFloor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code limits}, whose keys are metrics with percentiles and three shares. */
final class LimitsReader {
    private LimitsReader() {}

    static List<Limit> read(Fields fields) {
        List<Limit> limits = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            for (SampleFloor percentile : SampleFloor.values()) {
                fields.optional(metric.key() + "." + percentile.key())
                        .flatMap(Value::positiveDuration)
                        .map(atMost -> new Limit.Latency(metric, percentile, atMost))
                        .ifPresent(limits::add);
            }
        }
        share(fields, "errorRatio").map(Limit.ErrorRatio::new).ifPresent(limits::add);
        share(fields, "achievedRate").map(Limit.AchievedRate::new).ifPresent(limits::add);
        share(fields, "goodput").map(Limit.Goodput::new).ifPresent(limits::add);
        nameTheForm(fields);
        fields.end();
        return limits;
    }

    private static Optional<Double> share(Fields fields, String key) {
        return fields.optional(key).flatMap(Value::share);
    }

    /** A nested map or a bare metric is meant well; say how to write it. */
    private static void nameTheForm(Fields fields) {
        List<String> metrics = Stream.of(Metric.values()).map(Metric::key).toList();
        for (String key : fields.keys()) {
            if (metrics.contains(key)) {
                fields.notAKey(key, "a limit is on a percentile; write %s.p99: 2s".formatted(key));
            } else if (fields.nothingLike(key)) {
                fields.notAKey(
                        key,
                        "not a limit; write <metric>.<percentile> like ttft.p99, or errorRatio, achievedRate or goodput");
            }
        }
    }
}
