package dev.shakedown.reports.render;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A comparison for scripts: {@code {"answer","runs":[{"label","directory","id","verdict",…}],
 * "rows":[{"name","unit","better","values":[…],"changes":[…]}],"caveats":[{"code","text"}]}}; what
 * a run does not have is {@code null}.
 */
public final class ComparisonJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private ComparisonJson() {}

    /** The whole document. */
    public static String render(Comparison comparison) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("answer", comparison.answer());
        ArrayNode runs = root.putArray("runs");
        for (Comparison.Entry entry : comparison.entries()) {
            runs.addObject()
                    .put("label", entry.label())
                    .put("directory", entry.directory())
                    .put("id", entry.run().id())
                    .put("simulated", entry.run().simulated())
                    .put("gpus", entry.run().shape().engineGpus())
                    .put("verdict", entry.run().verdict().name())
                    .put("state", entry.run().state().name());
        }
        ArrayNode rows = root.putArray("rows");
        comparison.rows().forEach(row -> row(rows.addObject(), row));
        ArrayNode caveats = root.putArray("caveats");
        comparison
                .caveats()
                .forEach(c -> caveats.addObject().put("code", c.code()).put("text", c.text()));
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void row(ObjectNode node, Comparison.Row row) {
        node.put("name", row.name()).put("unit", row.unit()).put("better", row.better().name());
        ArrayNode values = node.putArray("values");
        ArrayNode changes = node.putArray("changes");
        for (Comparison.Cell cell : row.cells()) {
            cell.value().ifPresentOrElse(values::add, values::addNull);
            cell.change().ifPresentOrElse(changes::add, changes::addNull);
        }
    }
}
