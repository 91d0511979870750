package dev.shakedown.harness.scenario;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sets one path in a tree; {@code place} is where the path was written. */
record Edit(Problems problems, Place place) {
    /** Below these the keys are names, which may hold dots. */
    private static final Set<String> NAMES_BELOW = Set.of("limits", "engine.env", "matrix");

    /** Of the keys in these maps exactly one may stand; setting one replaces the other. */
    private static final Set<String> ONE_OF =
            Set.of("load.arrivals", "load.prompts.inputTokens", "load.prompts.outputTokens");

    static List<String> keys(String path) {
        for (String names : NAMES_BELOW) {
            if (path.startsWith(names + ".")) {
                List<String> keys = new ArrayList<>(Arrays.asList(names.split("\\.", -1)));
                keys.add(path.substring(names.length() + 1));
                return keys;
            }
        }
        return Arrays.asList(path.split("\\.", -1));
    }

    static Node.Scalar nothing(Place place) {
        return new Node.Scalar(place, "", true);
    }

    /** The same value, said to stand at {@code place} with all that is in it. */
    static Node moved(Node node, Place place) {
        return switch (node) {
            case Node.Scalar scalar -> new Node.Scalar(place, scalar.text(), scalar.plain());
            case Node.Sequence sequence ->
                    new Node.Sequence(
                            place,
                            sequence.items().stream().map(item -> moved(item, place)).toList());
            case Node.Mapping mapping ->
                    new Node.Mapping(
                            place,
                            mapping.entries().stream()
                                    .map(
                                            entry ->
                                                    new Node.Entry(
                                                            place,
                                                            entry.key(),
                                                            moved(entry.value(), place)))
                                    .toList());
            case Node.Refused _ -> new Node.Refused(place);
        };
    }

    /** {@code root} with {@code value} at {@code path}; an empty value removes the key. */
    Node.Mapping set(Node.Mapping root, String path, Node value) {
        List<String> keys = keys(path);
        if (keys.stream().anyMatch(String::isBlank)) {
            problems.add(place, "the path \"" + path + "\" has an empty part; write a.b.c");
            return root;
        }
        return set(root, "", keys, value);
    }

    private Node.Mapping set(Node.Mapping map, String at, List<String> keys, Node value) {
        String key = keys.getFirst();
        List<Node.Entry> entries = new ArrayList<>(map.entries());
        Optional<Node.Entry> old = map.entry(key);
        if (keys.size() == 1 && isNothing(value)) {
            old.ifPresent(entries::remove);
            if (old.isEmpty()) {
                problems.add(place, "there is no " + join(at, key) + " to remove");
            }
            return new Node.Mapping(map.place(), entries);
        }
        Node inner = keys.size() == 1 ? value : below(old, join(at, key), keys, value);
        Node.Entry entry = new Node.Entry(placeOf(old, keys), key, inner);
        if (ONE_OF.contains(at) && old.isEmpty()) {
            entries.clear();
        }
        if (old.isPresent()) {
            entries.set(entries.indexOf(old.get()), entry);
        } else {
            entries.add(entry);
        }
        return new Node.Mapping(map.place(), entries);
    }

    private Node below(Optional<Node.Entry> old, String at, List<String> keys, Node value) {
        Node there = old.map(Node.Entry::value).orElse(new Node.Mapping(place, List.of()));
        if (there instanceof Node.Sequence) {
            problems.add(place, at + " is a list; set it as a whole: " + at + "=[a, b]");
            return there;
        }
        Node.Mapping map =
                there instanceof Node.Mapping mapping
                        ? mapping
                        : new Node.Mapping(place, List.of());
        return set(map, at, keys.subList(1, keys.size()), value);
    }

    private Place placeOf(Optional<Node.Entry> old, List<String> keys) {
        return keys.size() == 1 ? place : old.map(Node.Entry::place).orElse(place);
    }

    private static boolean isNothing(Node value) {
        return value instanceof Node.Scalar scalar && scalar.isNull();
    }

    private static String join(String at, String key) {
        return at.isEmpty() ? key : at + "." + key;
    }
}
