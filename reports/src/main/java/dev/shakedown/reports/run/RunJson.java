package dev.shakedown.reports.run;

import dev.shakedown.reports.run.RunUnreadableException.Cause;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Between {@link RunRecord} and JSON. Percentiles are flat in the file and a map in the record. */
final class RunJson {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();

    private static final String PERCENTILES = "percentiles";
    private static final String NEEDS = "needs";

    /** What an older {@code run.json} may lack; empty, so that nothing is invented for it. */
    private static final String DEFAULTS =
            """
            {"scenario":{},"question":"","shape":{"nodes":0,"gpusPerNode":0,"tensorParallel":0,
             "pipelineParallel":0,"dataParallel":0,"model":"","gpu":""},"phases":[],"steps":[],
             "fingerprint":{},"offered":0,"outcomes":{},"metrics":{},"rates":{},"limits":[],
             "validity":"VALID","state":"STEADY","reasons":[],"equivalents":{}}
            """;

    private static final String SMOKE_DEFAULTS = "{\"outcome\":\"\",\"gpus\":[],\"findings\":[]}";
    private static final String SMOKE_GPU_DEFAULTS = "{\"node\":\"\",\"gpu\":\"\",\"uuid\":\"\"}";

    private static final String FABRIC_DEFAULTS =
            """
            {"outcome":"","text":"","backend":"","transports":[],"sums":[],"directions":[]}
            """;

    private static final String SERIES_DEFAULTS = "{\"loads\":[]}";

    private RunJson() {}

    static byte[] write(RunRecord run) {
        ObjectNode tree = MAPPER.valueToTree(run);
        if (tree.get("metrics") instanceof ObjectNode metrics) {
            metrics.properties().forEach(metric -> flatten((ObjectNode) metric.getValue()));
        }
        return MAPPER.writeValueAsString(tree).getBytes(StandardCharsets.UTF_8);
    }

    static RunRecord read(byte[] bytes, Path file) {
        ObjectNode tree = parse(bytes, file);
        int version = tree.path("schemaVersion").asInt(0);
        complete(tree);
        try {
            return MAPPER.treeToValue(tree, RunRecord.class);
        } catch (JacksonException e) {
            throw version > RunRecord.SCHEMA_VERSION
                    ? new RunUnreadableException(Cause.NEWER, file, "schemaVersion " + version)
                    : new RunUnreadableException(Cause.NOT_A_RUN, file, firstLine(e));
        }
    }

    private static ObjectNode parse(byte[] bytes, Path file) {
        try {
            if (MAPPER.readTree(bytes) instanceof ObjectNode tree) {
                if (tree.has("id") && tree.has("startedAt") && tree.has("verdict")) {
                    return tree;
                }
                throw new RunUnreadableException(
                        Cause.NOT_A_RUN, file, "it needs id, startedAt and verdict");
            }
            throw new RunUnreadableException(Cause.TORN, file, "not an object");
        } catch (JacksonException e) {
            throw new RunUnreadableException(Cause.TORN, file, firstLine(e));
        }
    }

    private static void complete(ObjectNode tree) {
        fill(tree, DEFAULTS);
        if (!tree.hasNonNull("scenarioName")) {
            tree.put("scenarioName", tree.path("id").asString(""));
        }
        if (tree.get("smoke") instanceof ObjectNode smoke) {
            fill(smoke, SMOKE_DEFAULTS);
            if (smoke.get("gpus") instanceof ArrayNode gpus) {
                gpus.forEach(gpu -> fill(gpu, SMOKE_GPU_DEFAULTS));
            }
        }
        if (tree.get("fabric") instanceof ObjectNode fabric) {
            fill(fabric, FABRIC_DEFAULTS);
        }
        if (tree.get("series") instanceof ObjectNode series) {
            fill(series, SERIES_DEFAULTS);
        }
        if (tree.get("metrics") instanceof ObjectNode metrics) {
            metrics.properties().stream()
                    .map(Map.Entry::getValue)
                    .filter(ObjectNode.class::isInstance)
                    .forEach(metric -> unflatten((ObjectNode) metric));
        }
    }

    private static void fill(JsonNode node, String defaults) {
        if (node instanceof ObjectNode object) {
            MAPPER.readTree(defaults)
                    .properties()
                    .forEach(
                            entry -> {
                                if (!object.hasNonNull(entry.getKey())) {
                                    object.set(entry.getKey(), entry.getValue());
                                }
                            });
        }
    }

    private static void flatten(ObjectNode metric) {
        JsonNode percentiles = metric.remove(PERCENTILES);
        ObjectNode needs = MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> percentile : percentiles.properties()) {
            metric.set(percentile.getKey(), percentile.getValue().path("value"));
            if (percentile.getValue().hasNonNull(NEEDS)) {
                needs.set(percentile.getKey(), percentile.getValue().get(NEEDS));
            }
        }
        if (!needs.isEmpty()) {
            metric.set(NEEDS, needs);
        }
    }

    private static void unflatten(ObjectNode metric) {
        ObjectNode percentiles = MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> member : metric.properties()) {
            if (member.getKey().matches("p\\d+(\\.\\d+)?")) {
                ObjectNode percentile = percentiles.putObject(member.getKey());
                percentile.set("value", member.getValue());
                JsonNode needs = metric.path(NEEDS).path(member.getKey());
                if (needs.isNumber()) {
                    percentile.set(NEEDS, needs);
                }
            }
        }
        metric.set(PERCENTILES, percentiles);
        metric.remove(NEEDS);
        if (!metric.hasNonNull("unit")) {
            metric.put("unit", "ns");
        }
    }

    private static String firstLine(JacksonException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("");
    }
}
