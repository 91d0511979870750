package dev.shakedown.harness.scenario;

import java.util.List;
import java.util.Optional;

/**
 * {@code --set path=value}: one value of a scenario file, replaced from the command line.
 *
 * @param path keys joined by dots; below {@code limits}, {@code engine.env} and {@code matrix} the
 *     rest is one key
 * @param value a YAML value; empty or {@code null} removes the key
 */
public record ScenarioOverride(String path, String value) {

    /**
     * From {@code load.arrivals.poisson=8/s}.
     *
     * @throws IllegalArgumentException if there is no {@code =} or no path; the message is for the
     *     user
     */
    public static ScenarioOverride parse(String argument) {
        int equals = argument.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException(
                    "--set %s: write path=value, as in --set load.arrivals.poisson=8/s"
                            .formatted(argument));
        }
        return new ScenarioOverride(
                argument.substring(0, equals).strip(), argument.substring(equals + 1));
    }

    /** The tree with all of them applied, in order. */
    static Node.Mapping applyAll(
            List<ScenarioOverride> overrides, Node.Mapping root, Problems problems) {
        Node.Mapping edited = root;
        for (ScenarioOverride override : overrides) {
            edited = override.apply(edited, problems);
        }
        for (ScenarioOverride override : overrides) {
            override.refuseWhatTheMatrixSets(edited, problems);
        }
        return edited;
    }

    /** What stands before a problem with it. */
    private String source() {
        return "--set " + path + "=" + Words.shorten(value);
    }

    private void refuseWhatTheMatrixSets(Node.Mapping root, Problems problems) {
        for (String varied : Matrix.paths(root)) {
            if (path.equals(varied) || path.startsWith(varied + ".")) {
                problems.add(
                        Place.of(source()),
                        "the matrix sets %s in every variant; add --set matrix=null to run without it"
                                .formatted(varied));
            }
        }
    }

    private Node.Mapping apply(Node.Mapping root, Problems problems) {
        Place place = Place.of(source());
        Problems own = new Problems();
        Optional<Node> parsed = YamlTree.read(source(), value, own);
        if (!own.none()) {
            own.listed().forEach(problem -> problems.add(place, problem.text()));
            return root;
        }
        Node node = parsed.map(read -> Edit.moved(read, place)).orElse(Edit.nothing(place));
        return new Edit(problems, place).set(root, path, node);
    }
}
