package dev.shakedown.harness.nightly;

import dev.shakedown.harness.scenario.Suite;
import dev.shakedown.reports.regression.Deltas;
import dev.shakedown.reports.regression.Threshold;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What earlier nights of a suite have seen between two runs of the same baseline: their noise. */
record ControlHistory(List<JsonNode> nights) {
    /** As far back as noise is taken to be the same. */
    private static final int MOST_NIGHTS = 30;

    private static final double NANOS_PER_MS = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    static ControlHistory before(NightFolder tonight, Path runs, String suite) {
        return new ControlHistory(
                NightFolder.of(runs, suite).stream()
                        .filter(night -> night.id().compareTo(tonight.id()) < 0)
                        .limit(MOST_NIGHTS)
                        .map(ControlHistory::report)
                        .toList());
    }

    /** Metric to its A/A changes in a scenario. */
    Map<String, List<Double>> changes(String scenario) {
        Map<String, List<Double>> all = new TreeMap<>();
        for (JsonNode night : nights) {
            for (JsonNode part : night.path("scenarios")) {
                if (part.path("name").asString("").equals(scenario)) {
                    part.path("control")
                            .properties()
                            .forEach(
                                    metric ->
                                            metric.getValue()
                                                    .forEach(
                                                            change ->
                                                                    all.computeIfAbsent(
                                                                                    metric.getKey(),
                                                                                    _ ->
                                                                                            new ArrayList<>())
                                                                            .add(
                                                                                    change.asDouble(
                                                                                            0))));
                }
            }
        }
        return all;
    }

    /** The practical thresholds of a scenario: the suite's own, the gate's, and the noise. */
    Deltas deltas(String scenario, Map<String, Suite.Delta> own) {
        return Deltas.from(changes(scenario)).with(thresholds(own));
    }

    /** The same without the noise. */
    static Deltas unwidened(Map<String, Suite.Delta> own) {
        return Deltas.defaults().with(thresholds(own));
    }

    private static Map<String, Threshold> thresholds(Map<String, Suite.Delta> own) {
        Map<String, Threshold> thresholds = new HashMap<>();
        own.forEach(
                (metric, delta) ->
                        thresholds.put(
                                metric,
                                new Threshold(
                                        delta.relative(),
                                        delta.absolute()
                                                .map(time -> time.toNanos() / nanos(metric))
                                                .orElse(0.0))));
        return thresholds;
    }

    /** Of the unit that the gate judges a metric in: starts in seconds, latencies in ms. */
    private static double nanos(String metric) {
        return metric.startsWith("startUp.") ? NANOS_PER_SECOND : NANOS_PER_MS;
    }

    private static JsonNode report(NightFolder night) {
        try {
            return JsonMapper.shared()
                    .readTree(Files.readAllBytes(night.path().resolve("night.json")));
        } catch (IOException | JacksonException none) {
            // A night that was not finished, or whose report is damaged, has nothing to say.
            return JsonMapper.shared().createObjectNode();
        }
    }
}
