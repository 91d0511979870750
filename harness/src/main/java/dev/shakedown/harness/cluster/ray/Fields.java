package dev.shakedown.harness.cluster.ray;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** Reads fields that may be missing, null, or a number in quotes (Ray's int64). */
final class Fields {
    private Fields() {}

    static String text(JsonNode at, String field) {
        return at.path(field).asString("");
    }

    static Optional<String> optional(JsonNode at, String field) {
        return Optional.of(text(at, field)).filter(text -> !text.isEmpty());
    }

    static OptionalInt integer(JsonNode at, String field) {
        JsonNode value = at.path(field);
        return value.isInt() ? OptionalInt.of(value.asInt()) : OptionalInt.empty();
    }

    /** From milliseconds; 0 means that it has not happened. */
    static Optional<Instant> instant(JsonNode at, String field) {
        long millis = at.path(field).asLong(0);
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    static Map<String, Double> amounts(JsonNode at, String field) {
        Map<String, Double> amounts = new LinkedHashMap<>();
        at.path(field).forEachEntry((name, value) -> amounts.put(name, value.asDouble(0)));
        return amounts;
    }

    static Map<String, String> texts(JsonNode at, String field) {
        Map<String, String> texts = new LinkedHashMap<>();
        at.path(field).forEachEntry((name, value) -> texts.put(name, value.asString("")));
        return texts;
    }
}
