package dev.shakedown.reports.render;

import dev.shakedown.reports.regression.Interval;
import dev.shakedown.reports.regression.MetricResult;
import dev.shakedown.reports.regression.RegressionResult;
import dev.shakedown.reports.regression.ShiftFunction;
import dev.shakedown.reports.run.RunRecord;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A comparison for scripts (design, section 5): {@code {"verdict","metrics":[{"name","unit",
 * "baseline","candidate","change","interval":[lo,hi],"verdict",…}]}} and, beside it, the sentence,
 * the runs, differences, shift functions and methods. {@code change}, {@code interval} and {@code
 * delta} are shares of the baseline, or differences where {@code scale} is {@code absolute}; what
 * does not exist is {@code null}.
 */
public final class RegressionJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private RegressionJson() {}

    /** The whole document. */
    public static String render(RegressionReport report) {
        RegressionResult result = report.result();
        ObjectNode root = MAPPER.createObjectNode();
        root.put("verdict", result.verdict().name());
        root.put("scenario", report.scenario());
        root.put("why", result.why());
        root.put("sentence", report.sentence());
        root.put("next", report.next());
        root.put("simulated", result.arms().all().stream().anyMatch(RunRecord::simulated));
        root.put("paired", result.arms().paired());
        ids(root.putArray("baseline"), result.arms().baseline());
        ids(root.putArray("candidate"), result.arms().candidate());
        ArrayNode metrics = root.putArray("metrics");
        report.rows().forEach(row -> metric(metrics.addObject(), row));
        ArrayNode differences = root.putArray("differences");
        result.differences()
                .forEach(
                        d ->
                                differences
                                        .addObject()
                                        .put("field", d.field())
                                        .put("baseline", d.baseline())
                                        .put("candidate", d.candidate())
                                        .put("kind", d.kind().name()));
        ArrayNode leftOut = root.putArray("leftOut");
        result.leftOut()
                .forEach(l -> leftOut.addObject().put("run", l.run()).put("reason", l.reason()));
        ArrayNode shifts = root.putArray("shifts");
        report.shifts().forEach(shift -> shift(shifts.addObject(), shift));
        ArrayNode notes = root.putArray("notes");
        result.notes().forEach(notes::add);
        root.put("methods", RegressionReport.METHODS);
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void ids(ArrayNode array, List<RunRecord> runs) {
        runs.forEach(run -> array.add(run.id()));
    }

    private static void metric(ObjectNode node, RegressionReport.Row row) {
        MetricResult result = row.result();
        node.put("name", result.metric().name()).put("label", result.metric().label());
        node.put("unit", result.metric().unit());
        node.put("better", result.metric().better().name());
        node.put("scale", result.metric().scale().name().toLowerCase(Locale.ROOT));
        node.put("baseline", row.baseline()).put("candidate", row.candidate());
        number(node, "change", OptionalDouble.of(result.change()));
        interval(node, "interval", result.interval());
        number(node, "p", result.p());
        number(node, "adjustedP", result.adjustedP());
        node.put("delta", result.delta()).put("verdict", result.verdict().name());
        node.put("suspected", result.suspected()).put("confirmed", result.confirmed());
        if (result.morePairs().isPresent()) {
            node.put("morePairs", result.morePairs().getAsInt());
        } else {
            node.putNull("morePairs");
        }
        node.put("why", result.why());
    }

    private static void shift(ObjectNode node, ShiftFunction shift) {
        node.put("metric", shift.tag());
        ArrayNode points = node.putArray("points");
        for (ShiftFunction.Point point : shift.points()) {
            ObjectNode one = points.addObject();
            one.put("percentile", point.percentile());
            one.put("baseline", point.baselineMs()).put("candidate", point.candidateMs());
            number(one, "change", OptionalDouble.of(point.change()));
            interval(one, "interval", point.band());
        }
    }

    private static void interval(ObjectNode node, String name, Optional<Interval> interval) {
        interval.ifPresentOrElse(
                i -> node.putArray(name).add(i.low()).add(i.high()), () -> node.putNull(name));
    }

    /** JSON has no number for what is not finite. */
    private static void number(ObjectNode node, String name, OptionalDouble value) {
        if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
            node.put(name, value.getAsDouble());
        } else {
            node.putNull(name);
        }
    }
}
