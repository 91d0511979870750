package dev.shakedown.reports.render;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A night for scripts: {@code {"schemaVersion","suite","verdict","why","directory","startedAt",
 * "scenarios":[{"name","verdict","why","comparison","control","canary","runs","notes"}],"notes"}}.
 * {@code comparison} is what {@code compare --json} prints, {@code null} where it did not come to
 * one; {@code control} has for each metric the changes between the runs of A/A pairs.
 */
public final class SuiteJson {
    private static final int SCHEMA_VERSION = 1;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private SuiteJson() {}

    /** The whole document. */
    public static String render(SuiteReport night) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("schemaVersion", SCHEMA_VERSION).put("suite", night.suite());
        root.put("verdict", night.verdict().name()).put("why", night.why());
        root.put("directory", night.directory()).put("startedAt", night.startedAt().toString());
        root.put("baseline", night.baseline()).put("candidate", night.candidate());
        root.put("simulated", night.simulated().isPresent());
        ArrayNode scenarios = root.putArray("scenarios");
        night.parts().forEach(part -> part(scenarios.addObject(), part));
        ArrayNode notes = root.putArray("notes");
        night.notes().forEach(notes::add);
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void part(ObjectNode node, SuiteReport.Part part) {
        node.put("name", part.scenario()).put("verdict", part.verdict().name());
        node.put("why", part.why()).put("sentence", part.sentence());
        part.comparison()
                .ifPresentOrElse(
                        report ->
                                node.set(
                                        "comparison",
                                        MAPPER.readTree(RegressionJson.render(report))),
                        () -> node.putNull("comparison"));
        ObjectNode control = node.putObject("control");
        part.control()
                .forEach(
                        (metric, changes) -> {
                            ArrayNode all = control.putArray(metric);
                            changes.forEach(all::add);
                        });
        part.canary()
                .ifPresentOrElse(
                        canary -> canary(node.putObject("canary"), canary),
                        () -> node.putNull("canary"));
        ArrayNode runs = node.putArray("runs");
        part.runs()
                .forEach(
                        run ->
                                runs.addObject()
                                        .put("start", run.what())
                                        .put("run", run.id())
                                        .put("verdict", run.verdict())
                                        .put("reason", run.reason()));
        ArrayNode notes = node.putArray("notes");
        part.notes().forEach(notes::add);
    }

    private static void canary(ObjectNode node, SuiteReport.Canary canary) {
        node.put("asked", canary.asked()).put("explained", canary.explained());
        ArrayNode differences = node.putArray("differences");
        canary.unexplained()
                .forEach(
                        one ->
                                differences
                                        .addObject()
                                        .put("prompt", one.prompt())
                                        .put("same", one.same())
                                        .put("baseline", one.baseline())
                                        .put("candidate", one.candidate())
                                        .put("why", one.why()));
    }
}
