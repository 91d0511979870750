package dev.shakedown.reports.run;

import dev.shakedown.reports.run.RunUnreadableException.Cause;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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
    private static final String EFFECTIVE = "effective";
    private static final String INTERVAL = "interval";

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

    private static final String GPUS_DEFAULTS =
            "{\"source\":\"\",\"missing\":[],\"gpus\":[],\"findings\":[]}";
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
        if (tree.get("gpus") instanceof ObjectNode gpus) {
            fill(gpus, GPUS_DEFAULTS);
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
        for (Map.Entry<String, JsonNode> percentile : percentiles.properties()) {
            String key = percentile.getKey();
            JsonNode value = percentile.getValue();
            metric.set(key, value.path("value"));
            for (String aside : List.of(NEEDS, EFFECTIVE)) {
                if (value.hasNonNull(aside)) {
                    metric.withObject("/" + aside).set(key, value.get(aside));
                }
            }
            if (value.hasNonNull(INTERVAL)) {
                metric.withObject("/" + INTERVAL)
                        .putArray(key)
                        .add(value.get(INTERVAL).path("low"))
                        .add(value.get(INTERVAL).path("high"));
            }
        }
    }

    private static void unflatten(ObjectNode metric) {
        ObjectNode percentiles = MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> member : metric.properties()) {
            String key = member.getKey();
            if (key.matches("p\\d+(\\.\\d+)?")) {
                ObjectNode percentile = percentiles.putObject(key);
                percentile.set("value", member.getValue());
                for (String aside : List.of(NEEDS, EFFECTIVE)) {
                    if (metric.path(aside).path(key).isNumber()) {
                        percentile.set(aside, metric.path(aside).path(key));
                    }
                }
                JsonNode interval = metric.path(INTERVAL).path(key);
                if (interval.size() == 2) {
                    ObjectNode ends = percentile.putObject(INTERVAL);
                    ends.set("low", interval.path(0));
                    ends.set("high", interval.path(1));
                }
            }
        }
        metric.set(PERCENTILES, percentiles);
        metric.remove(List.of(NEEDS, EFFECTIVE, INTERVAL));
        if (!metric.hasNonNull("unit")) {
            metric.put("unit", "ns");
        }
    }

    private static String firstLine(JacksonException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("");
    }
}
