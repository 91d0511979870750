package dev.shakedown.harness.scenario;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was read of a suite's own file, before its scenarios are. */
record SuiteDraft(
        String name,
        String question,
        List<Listed> scenarios,
        List<Setting> set,
        Arm baseline,
        Arm candidate,
        Numbers numbers,
        List<Threshold> deltas,
        List<String> factors) {

    /** A scenario file, and where it is named. */
    record Listed(Path file, Place place) {}

    /** One path of a scenario, and what it is set to. */
    record Setting(String path, Place place, Node value) {
        Node.Mapping applied(Node.Mapping root, Problems problems) {
            return new Edit(problems, place).set(root, path, value);
        }

        /** A variant would set it again, and the arms would be the same. */
        private void refuseWhatTheMatrixSets(Node.Mapping root, Problems problems) {
            for (String varied : Matrix.paths(root)) {
                if (path.equals(varied) || path.startsWith(varied + ".")) {
                    problems.add(
                            place,
                            "the scenario's matrix sets %s in every variant; list a scenario without it"
                                    .formatted(varied));
                }
            }
        }

        String text() {
            return text(value);
        }

        private static String text(Node value) {
            return switch (value) {
                case Node.Scalar scalar -> scalar.text();
                case Node.Sequence list ->
                        "["
                                + String.join(
                                        ", ", list.items().stream().map(Setting::text).toList())
                                + "]";
                case Node.Mapping map ->
                        "{"
                                + String.join(
                                        ", ",
                                        map.entries().stream()
                                                .map(e -> e.key() + ": " + text(e.value()))
                                                .toList())
                                + "}";
                case Node.Refused _ -> "";
            };
        }
    }

    /** An arm by its name and what it sets. */
    record Arm(String name, List<Setting> set) {
        Node.Mapping applied(Node.Mapping root, Problems problems) {
            return all(set, root, problems);
        }

        Suite.Arm described() {
            Map<String, String> sets = new LinkedHashMap<>();
            set.forEach(setting -> sets.put(setting.path(), setting.text()));
            return new Suite.Arm(name, sets);
        }
    }

    /** How much is done. */
    record Numbers(int pairs, int control, Suite.Seeds seeds, boolean confirm, boolean canary) {}

    /** What one metric may change by, under the metric's name. */
    record Threshold(String metric, Place place, Suite.Delta delta, Problems problems) {}

    /** A scenario's tree with what all arms set. */
    Node.Mapping applied(Node.Mapping root, Problems problems) {
        return all(set, root, problems);
    }

    /** Only what the gate judges can have a threshold. */
    void requireMetrics(Collection<String> known) {
        for (Threshold one : deltas) {
            if (!known.contains(one.metric())) {
                one.problems()
                        .add(
                                one.place(),
                                "deltas: \"%s\" is no metric of the gate%s"
                                        .formatted(
                                                Words.shorten(one.metric()),
                                                Words.hint(one.metric(), known)));
            }
        }
    }

    Suite suite(List<Suite.Compared> compared, Path source) {
        Map<String, Suite.Delta> thresholds = new HashMap<>();
        deltas.forEach(one -> thresholds.put(one.metric(), one.delta()));
        return new Suite(
                name,
                question,
                baseline.described(),
                candidate.described(),
                compared,
                numbers.pairs(),
                numbers.control(),
                numbers.seeds(),
                numbers.confirm(),
                numbers.canary(),
                thresholds,
                new ArrayList<>(factors),
                source);
    }

    private static Node.Mapping all(List<Setting> set, Node.Mapping root, Problems problems) {
        Node.Mapping edited = root;
        for (Setting setting : set) {
            setting.refuseWhatTheMatrixSets(root, problems);
            edited = setting.applied(edited, problems);
        }
        return edited;
    }
}
