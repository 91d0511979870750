package dev.shakedown.harness.scenario;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads {@code kuberay}. */
final class KubeRayReader {
    private static final int MOST_DEVICES = 64;
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,400}");
    private static final Pattern VERSION = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+");
    private static final Map<String, Boolean> INSTALLS =
            new TreeMap<>(Map.of("require", false, "install", true));
    private static final Pattern TRIED = Pattern.compile("1\\.[4-7]\\.[0-9]+");
    private static final Pattern CHART =
            Pattern.compile("(oci://)?[A-Za-z0-9][A-Za-z0-9._:-]*(/[A-Za-z0-9._-]+)+");
    private static final Pattern LABEL_KEY =
            Pattern.compile("([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final Pattern LABEL_VALUE =
            Pattern.compile("([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?");
    private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,6}(MiB|GiB)");
    private static final Map<String, String> EFFECTS =
            Map.of(
                    "NoSchedule",
                    "NoSchedule",
                    "NoExecute",
                    "NoExecute",
                    "PreferNoSchedule",
                    "PreferNoSchedule");

    /** As an object of Kubernetes may be called; Shakedown's own names are shorter. */
    private static final Pattern CLUSTER = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    private static final List<String> OF_OUR_OWN =
            List.of(
                    "image",
                    "operator",
                    "operatorVersion",
                    "operatorChart",
                    "podPatch",
                    "nodeSelector",
                    "tolerations",
                    "shm",
                    "rdma",
                    "auth");

    private final Path folder;

    KubeRayReader(Path folder) {
        this.folder = folder;
    }

    ProviderSpec read(Fields fields) {
        Optional<Value> existing = fields.optional("existing");
        return existing.isPresent() ? existing(fields, existing.get()) : own(fields);
    }

    /** Nothing of it is Shakedown's to choose. */
    private static ExistingRayClusterSpec existing(Fields fields, Value name) {
        for (String key : OF_OUR_OWN) {
            fields.optional(key)
                    .ifPresent(
                            value ->
                                    value.complain(
                                            "is for a RayCluster that Shakedown makes; remove it, or remove kuberay.existing"));
        }
        ExistingRayClusterSpec spec =
                new ExistingRayClusterSpec(
                        fields.optional("context").flatMap(Value::text),
                        matching(fields, "namespace", NAMESPACE, "namespace"),
                        name.matching(CLUSTER, "name of a RayCluster").orElse(""),
                        matching(fields, "rayVersion", VERSION, "version like 2.53.0"));
        fields.end();
        return spec;
    }

    private KubeRaySpec own(Fields fields) {
        Optional<String> context = fields.optional("context").flatMap(Value::text);
        Optional<String> namespace = matching(fields, "namespace", NAMESPACE, "namespace");
        Optional<String> image =
                fields.required("image", "vllm/vllm-openai:v0.11.0")
                        .flatMap(value -> value.matching(IMAGE, "container image"));
        Optional<String> rayVersion =
                matching(fields, "rayVersion", VERSION, "version like 2.53.0");
        KubeRaySpec.Operator operator = operator(fields);
        Optional<KubeRaySpec.PodPatch> patch =
                fields.optional("podPatch").flatMap(Value::map).map(this::patch);
        Optional<Map<String, String>> selector =
                fields.optional("nodeSelector").flatMap(Value::map).map(KubeRayReader::labels);
        Optional<List<Value>> tolerations = fields.optional("tolerations").flatMap(Value::list);
        Optional<String> shm = matching(fields, "shm", SIZE, "size like 10GiB");
        Optional<KubeRaySpec.Rdma> rdma =
                fields.optional("rdma").flatMap(Value::map).flatMap(KubeRayReader::rdma);
        fields.optional("auth")
                .ifPresent(value -> value.requireOneOf(List.of("token"), List.of("off")));
        fields.end();
        return new KubeRaySpec(
                context,
                namespace,
                image.orElse(""),
                rayVersion,
                operator,
                patch.orElse(KubeRaySpec.PodPatch.NONE),
                selector.orElse(Map.of()),
                tolerations.map(KubeRayReader::tolerations).orElse(List.of()),
                shm.map(size -> size.substring(0, size.length() - 1)),
                rdma);
    }

    private KubeRaySpec.Operator operator(Fields fields) {
        boolean install =
                fields.optional("operator")
                        .flatMap(value -> value.oneOf(INSTALLS, List.of()))
                        .orElse(false);
        Optional<Value> chart = fields.optional("operatorChart");
        if (!install) {
            chart.ifPresent(
                    value -> value.complain("is for operator: install; add that, or remove it"));
            return new KubeRaySpec.Operator(
                    matching(fields, "operatorVersion", VERSION, "version like 1.4.0"),
                    Optional.empty());
        }
        Optional<String> version =
                fields.required("operatorVersion", "1.7.0")
                        .flatMap(value -> value.matching(TRIED, "version from 1.4.0 to 1.7"));
        String location =
                chart.isEmpty()
                        ? KubeRaySpec.Operator.USUAL_CHART
                        : chart.flatMap(this::chart).orElse(KubeRaySpec.Operator.USUAL_CHART);
        return new KubeRaySpec.Operator(version, Optional.of(location));
    }

    /** A path says that it is one, as in Helm: all else is left to the user's Helm. */
    private Optional<String> chart(Value value) {
        Optional<String> text = value.text();
        if (text.filter(t -> t.matches("(\\.{0,2}|~)/.*")).isEmpty()) {
            return value.matching(
                    CHART, "chart; write ./FOLDER, ./FILE.tgz, REPOSITORY/CHART or oci://...");
        }
        return value.path(folder)
                .flatMap(
                        path ->
                                Files.exists(path)
                                        ? Optional.of(path.toString())
                                        : value.wrong(
                                                "there is no chart %s; create it or correct the path"
                                                        .formatted(path)));
    }

    private KubeRaySpec.PodPatch patch(Fields fields) {
        Optional<Path> head = fields.optional("head").flatMap(value -> value.readableFile(folder));
        Optional<Path> worker =
                fields.optional("worker").flatMap(value -> value.readableFile(folder));
        fields.end();
        return new KubeRaySpec.PodPatch(head, worker);
    }

    private static Map<String, String> labels(Fields fields) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String key : fields.keys()) {
            if (!LABEL_KEY.matcher(key).matches()) {
                fields.notAKey(key, "\"%s\" is no label".formatted(Words.shorten(key)));
            } else {
                matching(fields, key, LABEL_VALUE, "value of a label")
                        .ifPresent(value -> labels.put(key, value));
            }
        }
        return labels;
    }

    private static List<KubeRaySpec.Toleration> tolerations(List<Value> values) {
        return values.stream()
                .flatMap(value -> value.map().stream())
                .map(KubeRayReader::toleration)
                .toList();
    }

    private static KubeRaySpec.Toleration toleration(Fields fields) {
        Optional<String> key = matching(fields, "key", LABEL_KEY, "key of a taint");
        Optional<String> value = matching(fields, "value", LABEL_VALUE, "value of a taint");
        Optional<String> effect =
                fields.optional("effect").flatMap(text -> text.oneOf(EFFECTS, List.of()));
        fields.end();
        return new KubeRaySpec.Toleration(key, value, effect);
    }

    private static Optional<KubeRaySpec.Rdma> rdma(Fields fields) {
        Optional<String> resource =
                fields.required("resource", "rdma/ib")
                        .flatMap(value -> value.matching(LABEL_KEY, "resource of a device plugin"));
        Optional<Integer> count =
                fields.optional("count").flatMap(value -> value.count(1, MOST_DEVICES));
        fields.end();
        return resource.map(name -> new KubeRaySpec.Rdma(name, count.orElse(1)));
    }

    private static Optional<String> matching(
            Fields fields, String key, Pattern allowed, String what) {
        return fields.optional(key).flatMap(value -> value.matching(allowed, what));
    }
}
