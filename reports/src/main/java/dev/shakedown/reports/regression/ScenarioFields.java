package dev.shakedown.reports.regression;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What of a scenario shapes the numbers: two that agree in it ask for the same. */
public final class ScenarioFields {
    /** Another draw of the same load has another. */
    public static final String SEED = "load.prompts.seed";

    /** Says what a run is for or how it is judged, not what it measures. */
    private static final Set<String> WORDS =
            Set.of("schemaVersion", "name", "question", "limits", "expect", "deadlines", "smoke");

    /** The fingerprint has it, of older runs too. */
    private static final String CLOCK = "cluster.clock";

    private ScenarioFields() {}

    /** Path, as {@code load.prompts.seed}, to value, of a resolved scenario; sorted. */
    public static Map<String, String> of(Map<String, Object> scenario) {
        Map<String, String> fields = new TreeMap<>();
        scenario.forEach(
                (key, value) -> {
                    if (!WORDS.contains(key)) {
                        flatten(fields, key, value);
                    }
                });
        fields.remove(CLOCK);
        return fields;
    }

    private static void flatten(Map<String, String> fields, String path, Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, below) -> flatten(fields, path + "." + key, below));
        } else {
            fields.put(path, String.valueOf(value));
        }
    }
}
