package dev.shakedown.harness.cluster.endpoint;

import java.util.OptionalDouble;

/** One reading of {@code /metrics} in Prometheus' text format. */
public record MetricsPage(String text) {
    /** Sum over all label sets of a metric; empty where the page does not have it. */
    public OptionalDouble sum(String metric) {
        double sum = 0;
        boolean found = false;
        for (String line : text.split("\n", -1)) {
            if (isSample(line, metric)) {
                sum += value(line);
                found = true;
            }
        }
        return found ? OptionalDouble.of(sum) : OptionalDouble.empty();
    }

    /** Requests that are being computed or wait; empty for a page without vLLM's gauges. */
    public OptionalDouble requestsInside() {
        OptionalDouble running = sum("vllm:num_requests_running");
        OptionalDouble waiting = sum("vllm:num_requests_waiting");
        return running.isPresent()
                ? OptionalDouble.of(running.getAsDouble() + waiting.orElse(0))
                : running;
    }

    private static boolean isSample(String line, String metric) {
        return line.startsWith(metric)
                && line.length() > metric.length()
                && (line.charAt(metric.length()) == '{' || line.charAt(metric.length()) == ' ');
    }

    private static double value(String line) {
        // A label value may hold spaces, and a time stamp may follow the value.
        String rest = line.substring(Math.max(line.lastIndexOf('}') + 1, line.indexOf(' ')));
        String number = rest.strip().split(" ", 2)[0];
        try {
            return Double.parseDouble(number);
        } catch (NumberFormatException notANumber) {
            return 0; // +Inf and the like never occur in what is summed here
        }
    }
}
