package dev.shakedown.harness.scenario;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a suite's own file; its scenarios are read with what it sets in them. */
final class SuiteReader {
    private static final long SCHEMA_VERSION = 1;
    private static final int USUAL_PAIRS = 6;
    private static final int MOST_PAIRS = 100;
    private static final int MOST_CONTROLS = 20;

    /** With fewer, no rank test can call a change significant: 5 against 5 is p = 0.008 at best. */
    private static final int ENOUGH_PAIRS = 5;

    /** Percentiles of latencies, and starts. */
    private static final Pattern TIMES = Pattern.compile(".+\\.p\\d+|startUp\\..+");

    /** What both arms must have in common, or they are not compared but told apart. */
    private static final List<String> SAME_WORK =
            List.of("schemaVersion", "name", "question", "load", "limits", "slo", "matrix");

    private final Path folder;
    private final Problems problems;
    private final Problems warnings;

    SuiteReader(Path file, Problems problems, Problems warnings) {
        this.folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
        this.problems = problems;
        this.warnings = warnings;
    }

    /** Empty where nothing can be said about the rest. */
    Optional<SuiteDraft> read(Node.Mapping root) {
        Fields top = new Fields("", root, problems);
        if (!top.isOfVersion(SCHEMA_VERSION)) {
            return Optional.empty();
        }
        SuiteDraft draft =
                new SuiteDraft(
                        top.required("name", "my-suite").flatMap(Value::name).orElse(""),
                        top.question(),
                        scenarios(top),
                        top.optional("set").map(SuiteReader::settings).orElse(List.of()),
                        arm(top, "baseline", "A"),
                        arm(top, "candidate", "B"),
                        numbers(top),
                        top.optional("deltas")
                                .flatMap(Value::map)
                                .map(this::deltas)
                                .orElse(List.of()),
                        top.optional("factors")
                                .flatMap(Value::list)
                                .map(SuiteReader::texts)
                                .orElse(List.of()));
        top.end();
        return Optional.of(draft);
    }

    private List<SuiteDraft.Listed> scenarios(Fields top) {
        Optional<List<Value>> listed =
                top.required("scenarios", "[2x8-tp8-pp2.yaml]").flatMap(Value::list);
        if (listed.filter(List::isEmpty).isPresent()) {
            top.complain("scenarios", "names no file; write at least one");
        }
        List<SuiteDraft.Listed> files = new ArrayList<>();
        for (Value value : listed.orElse(List.of())) {
            value.readableFile(folder)
                    .ifPresent(file -> files.add(new SuiteDraft.Listed(file, value.place())));
        }
        return files;
    }

    private static SuiteDraft.Arm arm(Fields top, String key, String usualName) {
        Optional<Fields> arm = top.optional(key).flatMap(Value::map);
        String name =
                arm.flatMap(fields -> fields.optional("name"))
                        .flatMap(Value::name)
                        .orElse(usualName);
        List<SuiteDraft.Setting> set =
                arm.flatMap(fields -> fields.optional("set"))
                        .map(SuiteReader::settings)
                        .orElse(List.of());
        set.forEach(setting -> requireSameWork(setting, top.problems()));
        arm.ifPresent(Fields::end);
        return new SuiteDraft.Arm(name, set);
    }

    private static void requireSameWork(SuiteDraft.Setting setting, Problems problems) {
        String block = setting.path().split("\\.", 2)[0];
        if (SAME_WORK.contains(block)) {
            problems.add(
                    setting.place(),
                    "%s: both arms must do the same work; write it under the suite's own set:"
                            .formatted(Words.shorten(setting.path())));
        }
    }

    private static List<SuiteDraft.Setting> settings(Value value) {
        List<SuiteDraft.Setting> settings = new ArrayList<>();
        if (value.map().isPresent() && value.node() instanceof Node.Mapping map) {
            map.entries()
                    .forEach(
                            entry ->
                                    settings.add(
                                            new SuiteDraft.Setting(
                                                    entry.key(), entry.place(), entry.value())));
        }
        return settings;
    }

    private SuiteDraft.Numbers numbers(Fields top) {
        Map<String, Suite.Seeds> seeds = new LinkedHashMap<>();
        seeds.put("fixed", Suite.Seeds.FIXED);
        seeds.put("perPair", Suite.Seeds.PER_PAIR);
        seeds.put("perSample", Suite.Seeds.PER_SAMPLE);
        Optional<Value> asked = top.optional("pairs");
        int pairs = asked.flatMap(value -> value.count(1, MOST_PAIRS)).orElse(USUAL_PAIRS);
        if (pairs < ENOUGH_PAIRS) {
            asked.ifPresent(
                    value ->
                            warnings.add(
                                    value.place(),
                                    "pairs: with fewer than %d no change can be told from chance"
                                            .formatted(ENOUGH_PAIRS)));
        }
        return new SuiteDraft.Numbers(
                pairs,
                top.optional("control").flatMap(value -> value.count(0, MOST_CONTROLS)).orElse(1),
                top.optional("seeds")
                        .flatMap(value -> value.oneOf(seeds, List.of()))
                        .orElse(Suite.Seeds.FIXED),
                top.optional("confirm").flatMap(Value::flag).orElse(true),
                top.optional("canary").flatMap(Value::flag).orElse(true));
    }

    private List<SuiteDraft.Threshold> deltas(Fields fields) {
        List<SuiteDraft.Threshold> deltas = new ArrayList<>();
        for (String metric : fields.keys()) {
            fields.optional(metric)
                    .flatMap(value -> delta(metric, value))
                    .ifPresent(
                            delta ->
                                    deltas.add(
                                            new SuiteDraft.Threshold(
                                                    metric,
                                                    fields.placeOf(metric),
                                                    delta,
                                                    problems)));
        }
        return deltas;
    }

    /** A share; for what is measured in time, or a share and a duration. */
    private static Optional<Suite.Delta> delta(String metric, Value value) {
        if (value.node() instanceof Node.Scalar) {
            return value.share().map(share -> new Suite.Delta(share, Optional.empty()));
        }
        Optional<Fields> both = value.map();
        Optional<Double> relative =
                both.flatMap(fields -> fields.required("relative", "0.05")).flatMap(Value::share);
        Optional<Suite.Delta> delta =
                relative.map(
                        share ->
                                new Suite.Delta(
                                        share,
                                        both.flatMap(fields -> fields.optional("absolute"))
                                                .flatMap(time -> duration(metric, time))));
        both.ifPresent(Fields::end);
        return delta;
    }

    private static Optional<Duration> duration(String metric, Value time) {
        if (TIMES.matcher(metric).matches()) {
            return time.positiveDuration();
        }
        time.complain("is a time, and %s is none; give relative alone".formatted(metric));
        return Optional.empty();
    }

    private static List<String> texts(List<Value> values) {
        return values.stream().flatMap(value -> value.text().stream()).toList();
    }
}
