package dev.shakedown.reports.render;

import dev.shakedown.reports.trend.Trend;
import dev.shakedown.reports.trend.TrendChange;
import dev.shakedown.reports.trend.TrendLine;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Trends for scripts: {@code
 * {"trends":[{"scenario","on","simulated","leftOut","runs":[{"id","at"}],
 * "metrics":[{"name","unit","values":[…],"changes":[{"run","at","before","after","change",
 * "pScore","worse","runs","environment","accepted"}]}],"marks":[{"run","at","kind","text"}]}]}};
 * what is not there is {@code null}, {@code run} is an id.
 */
public final class TrendJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private TrendJson() {}

    /** The whole document. */
    public static String render(List<Trend> trends) {
        ObjectNode root = MAPPER.createObjectNode();
        ArrayNode all = root.putArray("trends");
        trends.forEach(trend -> put(all.addObject(), trend));
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    private static void put(ObjectNode node, Trend trend) {
        node.put("scenario", trend.scenario()).put("on", trend.on());
        node.put("simulated", !trend.simulated().isEmpty()).put("leftOut", trend.leftOut());
        ArrayNode runs = node.putArray("runs");
        trend.runs()
                .forEach(
                        run -> runs.addObject().put("id", run.id()).put("at", run.at().toString()));
        ArrayNode metrics = node.putArray("metrics");
        trend.lines().forEach(line -> put(metrics.addObject(), trend, line));
        ArrayNode marks = node.putArray("marks");
        trend.marks()
                .forEach(
                        mark ->
                                at(marks.addObject(), trend, mark.run())
                                        .put("kind", mark.kind().name())
                                        .put("text", mark.text()));
    }

    private static void put(ObjectNode node, Trend trend, TrendLine line) {
        node.put("name", line.metric().key()).put("unit", line.metric().unit());
        ArrayNode values = node.putArray("values");
        line.values().forEach(value -> add(values, value));
        ArrayNode changes = node.putArray("changes");
        for (TrendChange change : line.changes()) {
            ObjectNode entry = at(changes.addObject(), trend, change.run());
            entry.put("before", change.before()).put("after", change.after());
            entry.put("change", Double.isNaN(change.change()) ? null : change.change());
            entry.put("pScore", change.pScore()).put("worse", change.worse());
            entry.put("runs", change.runs());
            ArrayNode environment = entry.putArray("environment");
            change.environment().forEach(environment::add);
            entry.putNull("accepted");
            change.accepted()
                    .ifPresent(
                            by ->
                                    entry.putObject("accepted")
                                            .put("at", by.at().toString())
                                            .put("who", by.who())
                                            .put("why", by.why()));
        }
    }

    private static ObjectNode at(ObjectNode node, Trend trend, int run) {
        return node.put("run", trend.runs().get(run).id())
                .put("at", trend.runs().get(run).at().toString());
    }

    private static void add(ArrayNode values, double value) {
        if (Double.isNaN(value)) {
            values.addNull();
        } else {
            values.add(value);
        }
    }
}
