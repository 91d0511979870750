package dev.shakedown.harness.cluster.endpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One reading of {@code /metrics} in Prometheus' text format. */
public record MetricsPage(String text) {
    /** The name, labels in braces if there are any, the value; a time stamp may follow. */
    private static final Pattern LINE =
            Pattern.compile(
                    "([a-zA-Z_:][\\w:]*+)(?:\\{((?:[^\"}]|\"(?:[^\"\\\\]|\\\\.)*+\")*+)\\})?\\s+(\\S+).*");

    private static final Pattern LABEL =
            Pattern.compile("(\\w+)\\s*=\\s*\"((?:[^\"\\\\]|\\\\.)*+)\"");

    /** One value. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    /** All values of the metrics whose names begin so, in the page's order. */
    public List<Sample> samples(String prefix) {
        List<Sample> samples = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            if (line.startsWith(prefix)) {
                sample(line).ifPresent(samples::add);
            }
        }
        return samples;
    }

    /** Sum over all label sets of a metric; empty where the page does not have it. */
    public OptionalDouble sum(String metric) {
        List<Sample> samples =
                samples(metric).stream().filter(sample -> sample.name.equals(metric)).toList();
        return samples.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(samples.stream().mapToDouble(Sample::value).sum());
    }

    /** Requests that are being computed or wait; empty for a page without vLLM's gauges. */
    public OptionalDouble requestsInside() {
        OptionalDouble running = sum("vllm:num_requests_running");
        OptionalDouble waiting = sum("vllm:num_requests_waiting");
        return running.isPresent()
                ? OptionalDouble.of(running.getAsDouble() + waiting.orElse(0))
                : running;
    }

    /** Empty for a line that is none; +Inf and the like never occur in what is read here. */
    private static Optional<Sample> sample(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            return Optional.empty();
        }
        Map<String, String> labels = new LinkedHashMap<>();
        String inBraces = parts.group(2);
        if (inBraces != null) {
            Matcher label = LABEL.matcher(inBraces);
            while (label.find()) {
                labels.put(label.group(1), label.group(2).replaceAll("\\\\(.)", "$1"));
            }
        }
        try {
            return Optional.of(
                    new Sample(parts.group(1), labels, Double.parseDouble(parts.group(3))));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }
}
