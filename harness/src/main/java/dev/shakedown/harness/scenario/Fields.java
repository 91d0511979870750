package dev.shakedown.harness.scenario;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A map of the file whose keys are asked for one by one; those that nobody asked for are unknown,
 * which {@link #end} reports. So the readers are the one list of known keys.
 */
final class Fields {
    private final String path;
    private final Node.Mapping mapping;
    private final Problems problems;
    private final Map<String, Node.Entry> entries = new HashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> mistaken = new HashSet<>();

    Fields(String path, Node.Mapping mapping, Problems problems) {
        this.path = path;
        this.mapping = mapping;
        this.problems = problems;
        mapping.entries().forEach(entry -> entries.put(entry.key(), entry));
    }

    Place place() {
        return mapping.place();
    }

    /** The keys that stand there, known or not. */
    List<String> keys() {
        return mapping.entries().stream().map(Node.Entry::key).toList();
    }

    /** The value of {@code key}, if it is there and not empty. */
    Optional<Value> optional(String key) {
        known.add(key);
        Optional<Node.Entry> entry = entry(key);
        if (entry.isPresent()
                && entry.get().value() instanceof Node.Scalar scalar
                && scalar.isNull()) {
            problems.add(
                    entry.get().place(),
                    pathOf(key) + " has no value; write one or remove the key");
            return Optional.empty();
        }
        return entry.map(found -> new Value(pathOf(key), found.value(), problems));
    }

    /** As {@link #optional}, but its absence is a problem; {@code example} says what to write. */
    Optional<Value> required(String key, String example) {
        Optional<Value> value = optional(key);
        if (entry(key).isEmpty()) {
            problems.add(place(), pathOf(key) + " is missing; write " + key + ": " + example);
        }
        return value;
    }

    /**
     * Whether the rest can be read: {@code schemaVersion} is this one, or no number to judge by.
     */
    boolean isOfVersion(long known) {
        Optional<Value> version = required("schemaVersion", String.valueOf(known));
        Optional<Long> number = version.flatMap(v -> v.whole(Long.MIN_VALUE, Long.MAX_VALUE));
        if (number.isEmpty() || number.get() == known) {
            return true;
        }
        version.get()
                .complain(
                        "%d is not known; this Shakedown reads version %d"
                                .formatted(number.get(), known));
        return false;
    }

    /** {@code question}, on one line; empty where it is missing. */
    String question() {
        return required("question", "one sentence that ends in ?")
                .flatMap(Value::text)
                .map(question -> question.replaceAll("\\s+", " "))
                .orElse("");
    }

    /** A key that is wrong for a reason better than being unknown. */
    void notAKey(String key, String why) {
        complain(key, why);
        mistaken.add(key);
    }

    /** Whether {@code key} is neither known nor a slip of a known one. */
    boolean nothingLike(String key) {
        return !known.contains(key) && Words.nearest(key, known).isEmpty();
    }

    /** The place of {@code key} itself, or of the map if it is absent. */
    Place placeOf(String key) {
        return entry(key).map(Node.Entry::place).orElse(place());
    }

    void complain(String key, String text) {
        problems.add(placeOf(key), pathOf(key) + ": " + text);
    }

    Problems problems() {
        return problems;
    }

    /** Reports the keys that nobody asked for; call it last. */
    void end() {
        for (Node.Entry entry : mapping.entries()) {
            if (!known.contains(entry.key()) && !mistaken.contains(entry.key())) {
                problems.add(
                        entry.place(),
                        "unknown key \"%s\"%s%s"
                                .formatted(
                                        Words.shorten(entry.key()),
                                        path.isEmpty() ? "" : " in " + path,
                                        Words.hint(entry.key(), known)));
            }
        }
    }

    private Optional<Node.Entry> entry(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
