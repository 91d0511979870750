package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.SampleFloor;
import java.time.Duration;

/** A limit that a run must keep; {@link #key()} is its name in the scenario file. */
public sealed interface Limit {

    String key();

    /**
     * A percentile of a latency metric, at most this long. In open loop, TTFT and E2E count from
     * the intended time.
     */
    record Latency(Metric metric, SampleFloor percentile, Duration atMost) implements Limit {
        @Override
        public String key() {
            return metric.key() + "." + percentile.key();
        }
    }

    /** Share of offered requests that did not complete, 0 to 1. */
    record ErrorRatio(double atMost) implements Limit {
        @Override
        public String key() {
            return "errorRatio";
        }
    }

    /** Completed over offered requests per second in the measured window, 0 to 1. */
    record AchievedRate(double atLeast) implements Limit {
        @Override
        public String key() {
            return "achievedRate";
        }
    }

    /** Share of offered requests inside the per-request {@code slo}, 0 to 1. */
    record Goodput(double atLeast) implements Limit {
        @Override
        public String key() {
            return "goodput";
        }
    }
}
