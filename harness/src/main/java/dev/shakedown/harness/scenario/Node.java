package dev.shakedown.harness.scenario;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A YAML value that knows its place. Types follow YAML 1.2's core schema. */
sealed interface Node {

    Place place();

    /** The same value, marked as put there by a matrix. */
    Node varied();

    /** How a message calls it. */
    String description();

    /** Text, number, true/false or null; {@code plain} means that it stood without quotes. */
    record Scalar(Place place, String text, boolean plain) implements Node {
        private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
        private static final Pattern BOOL = Pattern.compile("true|True|TRUE|false|False|FALSE");
        private static final Pattern INTEGER =
                Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
        private static final Pattern FLOAT =
                Pattern.compile(
                        "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"
                                + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

        boolean isNull() {
            return plain && NULL.matcher(text).matches();
        }

        boolean isBoolean() {
            return plain && BOOL.matcher(text).matches();
        }

        boolean isInteger() {
            return plain && INTEGER.matcher(text).matches();
        }

        boolean isNumber() {
            return isInteger() || (plain && FLOAT.matcher(text).matches());
        }

        boolean isText() {
            return !(isNull() || isBoolean() || isNumber());
        }

        @Override
        public Node varied() {
            return new Scalar(place.asVaried(), text, plain);
        }

        @Override
        public String description() {
            if (isNull()) {
                return "nothing";
            }
            if (isBoolean()) {
                return text;
            }
            return isNumber() ? "the number " + text : "the text \"" + Words.shorten(text) + "\"";
        }
    }

    /** Keys in the file's order; none twice. */
    record Mapping(Place place, List<Entry> entries) implements Node {
        public Mapping {
            entries = List.copyOf(entries);
        }

        Optional<Entry> entry(String key) {
            return entries.stream().filter(entry -> entry.key().equals(key)).findFirst();
        }

        @Override
        public Node varied() {
            return new Mapping(place.asVaried(), entries.stream().map(Entry::varied).toList());
        }

        @Override
        public String description() {
            return "a map";
        }
    }

    record Sequence(Place place, List<Node> items) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public Node varied() {
            return new Sequence(place.asVaried(), items.stream().map(Node::varied).toList());
        }

        @Override
        public String description() {
            return "a list";
        }
    }

    /** Something that was refused and reported already; whoever reads it stays silent. */
    record Refused(Place place) implements Node {
        @Override
        public Node varied() {
            return this;
        }

        @Override
        public String description() {
            return "a refused value";
        }
    }

    /** One key of a mapping; {@code place} is the key's. */
    record Entry(Place place, String key, Node value) {
        Entry varied() {
            return new Entry(place.asVaried(), key, value.varied());
        }
    }
}
