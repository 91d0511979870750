package dev.shakedown.reports;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Makes a run's words those of an enemy: wherever run.json holds text that came from outside. */
public final class Hostile {
    /** A script in every way that a page may be tricked; each that runs sets {@code window.ran}. */
    public static final String TEXT =
            "\"' onmouseover=window.ran=1 x='</style></title></desc></svg><script>window.ran=1;alert(1)</script>"
                    + "<img src=x onerror=window.ran=1><svg onload=window.ran=1></svg>"
                    + "<a href=javascript:window.ran=1>x</a><meta http-equiv=refresh content=0;url=http://a.invalid>"
                    + "]]>--><!-- {{7*7}} \u001B[31mred\u001B[0m\u001B]8;;http://a.invalid\u0007 \u0000 \u202Egpj.exe \u2028"
                    + " \uD800 \u05D0\u05D1\u05D2 ";

    private static final String TEN_MEGABYTES = TEXT + "W".repeat(10 << 20);

    /** Members of run.json whose text no code of ours has chosen. */
    private static final Set<String> FREE =
            Set.of(
                    "id",
                    "scenarioName",
                    "question",
                    "model",
                    "gpu",
                    "detail",
                    "node",
                    "uuid",
                    "throttled",
                    "source",
                    "text",
                    "code",
                    "between",
                    "remark",
                    "backend",
                    "from",
                    "to",
                    "limit",
                    "measured",
                    "findings",
                    "missing",
                    "transports",
                    "fingerprint",
                    "equivalents");

    private Hostile() {}

    /** Rewrites {@code run.json} and adds a log with such a name. */
    public static void make(Path directory) throws IOException {
        Path file = directory.resolve("run.json");
        ObjectNode run = (ObjectNode) JsonMapper.shared().readTree(Files.readString(file));
        for (String name : List.copyOf(run.propertyNames())) {
            run.set(name, hostile(run.get(name), FREE.contains(name)));
        }
        ((ArrayNode) run.path("reasons"))
                .add(JsonMapper.shared().valueToTree(Map.of("code", TEXT, "text", TEN_MEGABYTES)));
        write(file, run.toString());
        write(directory.resolve("logs/node-0/<img src=x onerror=window.ran=1>\u202E.log"), TEXT);
    }

    /** Half a surrogate pair becomes a question mark, which {@code writeString} refuses to do. */
    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** What was free stays unlike: each text keeps its own end. */
    private static JsonNode hostile(JsonNode node, boolean free) {
        if (node instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                object.set(name, hostile(object.get(name), free || FREE.contains(name)));
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, hostile(array.get(i), free));
            }
        } else if (free && node.isString()) {
            return StringNode.valueOf(TEXT + node.stringValue());
        }
        return node;
    }
}
