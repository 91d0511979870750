package dev.shakedown.workloads.job;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * One line of a job, found in a log that holds Ray's own text, too. A field that is not there is
 * empty or zero: job and harness may be of different age.
 */
public record JobLine(JsonNode json) {
    private static final String START = "{\"step\":";
    // Ray's log forwarder may put its text right behind a line of the job.
    private static final ObjectReader READER =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .readerFor(JsonNode.class);

    /** Empty for a line that is not a job's, or is torn. */
    public static Optional<JobLine> in(String logLine) {
        int start = logLine.indexOf(START);
        if (start < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new JobLine(READER.readTree(logLine.substring(start))));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** What the line is about. */
    public String step() {
        return text("step");
    }

    public String text(String field) {
        return json.path(field).asString("");
    }

    /** Empty for null and for an empty text. */
    public Optional<String> optional(String field) {
        return Optional.of(text(field)).filter(text -> !text.isEmpty());
    }

    public int whole(String field, int otherwise) {
        return json.path(field).asInt(otherwise);
    }

    public long count(String field) {
        return json.path(field).asLong(0);
    }

    public double real(String field) {
        return json.path(field).asDouble(0);
    }

    /** Empty for null. */
    public OptionalDouble number(String field) {
        JsonNode value = json.path(field);
        return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
    }

    public List<Integer> wholes(String field) {
        return json.path(field).valueStream().map(value -> value.asInt(-1)).toList();
    }

    /** The fields of an object. */
    public Map<String, String> texts(String field) {
        return json.path(field).properties().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, one -> one.getValue().asString("")));
    }

    /** The objects of a list. */
    public List<JobLine> all(String field) {
        return json.path(field).valueStream().map(JobLine::new).toList();
    }

    /** Present exactly if {@code result} is not {@code ok}. */
    public Optional<String> error() {
        return text("result").equals("ok")
                ? Optional.empty()
                : Optional.of(optional("error").orElse("no reason given"));
    }
}
