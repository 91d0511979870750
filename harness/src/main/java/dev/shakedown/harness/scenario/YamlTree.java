package dev.shakedown.harness.scenario;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML into {@link Node}s. Walks the events of the parser under Jackson's YAML because
 * Jackson itself keeps the last of two equal keys, turns an alias into text and hides whether a
 * scalar was quoted. Anchors, aliases, tags, equal keys and further documents are refused here.
 */
final class YamlTree {
    /** Deeper than any scenario; keeps hostile nesting off the stack. */
    private static final int DEEPEST = 32;

    private final String source;
    private final Problems problems;
    private final Iterator<Event> events;

    private YamlTree(String source, String text, Problems problems) {
        this.source = source;
        this.problems = problems;
        LoadSettings settings = LoadSettings.builder().setLabel(source).setUseMarks(true).build();
        this.events = new Parse(settings).parseString(text).iterator();
    }

    /**
     * The one document of {@code text}; empty if there is none or if the syntax is broken, which
     * then is in {@code problems}.
     */
    static Optional<Node> read(String source, String text, Problems problems) {
        try {
            return new YamlTree(source, text, problems).document();
        } catch (MarkedYamlEngineException e) {
            problems.add(placeOf(source, e), "this is not YAML: " + sentence(e));
        } catch (ReaderException e) {
            problems.add(
                    SourceFile.placeAt(source, text, e.getPosition()),
                    "the character U+%04X is not allowed in YAML; remove it"
                            .formatted(e.getCodePoint()));
        } catch (TooDeepException e) {
            problems.add(
                    e.place,
                    "values are nested more than " + DEEPEST + " deep; a scenario needs 6");
        } catch (YamlEngineException e) {
            problems.add(Place.of(source), "this is not YAML: " + Words.shorten(e.toString()));
        }
        return Optional.empty();
    }

    private Optional<Node> document() {
        Optional<Node> root = Optional.empty();
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof DocumentStartEvent && root.isPresent()) {
                problems.add(
                        placeOf(event),
                        "a second document starts here; write one scenario a file, or a matrix");
                return root;
            }
            if (event instanceof NodeEvent node) {
                root = Optional.of(node(node, 0));
            }
        }
        return root;
    }

    private Node node(NodeEvent event, int depth) {
        Place place = placeOf(event);
        if (depth > DEEPEST) {
            throw new TooDeepException(place);
        }
        event.getAnchor().ifPresent(anchor -> refuseAnchor(event, anchor, place));
        if (event instanceof ScalarEvent scalar) {
            refuseTag(scalar.getTag(), place);
            return new Node.Scalar(place, scalar.getValue(), scalar.isPlain());
        }
        if (event instanceof CollectionStartEvent start) {
            refuseTag(start.getTag(), place);
            return start instanceof MappingStartEvent
                    ? mapping(place, depth)
                    : new Node.Sequence(place, sequence(depth));
        }
        return new Node.Refused(place);
    }

    private List<Node> sequence(int depth) {
        List<Node> items = new ArrayList<>();
        while (events.next() instanceof NodeEvent item) {
            items.add(node(item, depth + 1));
        }
        return items;
    }

    private Node.Mapping mapping(Place place, int depth) {
        Map<String, Node.Entry> entries = new LinkedHashMap<>();
        while (events.next() instanceof NodeEvent keyEvent) {
            Node key = node(keyEvent, depth + 1);
            Node value = node((NodeEvent) events.next(), depth + 1);
            if (key instanceof Node.Scalar scalar) {
                put(entries, new Node.Entry(scalar.place(), scalar.text(), value));
            } else if (!(key instanceof Node.Refused)) {
                problems.add(key.place(), "a key must be a word, not " + key.description());
            }
        }
        return new Node.Mapping(place, List.copyOf(entries.values()));
    }

    private void put(Map<String, Node.Entry> entries, Node.Entry entry) {
        Node.Entry first = entries.putIfAbsent(entry.key(), entry);
        if (first != null) {
            problems.add(
                    entry.place(),
                    "the key \"%s\" stands already in line %d; remove one of the two"
                            .formatted(Words.shorten(entry.key()), first.place().line()));
        }
    }

    private void refuseAnchor(NodeEvent event, Anchor anchor, Place place) {
        String name = Words.shorten(anchor.getValue());
        problems.add(
                place,
                event instanceof AliasEvent
                        ? "the alias *" + name + " is not allowed; write the value out"
                        : "the anchor &" + name + " is not allowed; remove it");
    }

    private void refuseTag(Optional<String> tag, Place place) {
        tag.ifPresent(
                name ->
                        problems.add(
                                place,
                                "the tag %s is not allowed; remove it".formatted(shortTag(name))));
    }

    private static String shortTag(String tag) {
        return Words.shorten(tag.replace("tag:yaml.org,2002:", "!!"));
    }

    private Place placeOf(Event event) {
        return event.getStartMark()
                .map(mark -> new Place(source, mark.getLine() + 1, mark.getColumn() + 1, false))
                .orElse(Place.of(source));
    }

    private static Place placeOf(String source, MarkedYamlEngineException e) {
        return e.getProblemMark()
                .map(mark -> new Place(source, mark.getLine() + 1, mark.getColumn() + 1, false))
                .orElse(Place.of(source));
    }

    private static String sentence(MarkedYamlEngineException e) {
        String problem = e.getProblem();
        if (problem.contains("\\t(TAB)")) {
            return "a tab stands where spaces must; indent with spaces";
        }
        return Optional.ofNullable(e.getContext()).map(context -> context + ", ").orElse("")
                + problem.replaceAll("\\s+", " ").strip();
    }

    private static final class TooDeepException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Place place;

        private TooDeepException(Place place) {
            super(null, null, false, false);
            this.place = place;
        }
    }
}
