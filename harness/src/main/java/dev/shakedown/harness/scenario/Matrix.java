package dev.shakedown.harness.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The {@code matrix:} of a file: a map of paths to lists (every combination), or a list of maps of
 * paths to values (one variant each).
 */
final class Matrix {
    /** More than anyone waits for. */
    private static final int MOST_VARIANTS = 100;

    private static final String KEY = "matrix";

    private Matrix() {}

    /**
     * One scenario to be.
     *
     * @param suffix what follows the scenario's name and a dot; empty without a matrix
     */
    record Variant(String suffix, Node.Mapping root) {}

    /** What one variant sets. */
    private record Setting(String path, Place place, Node value) {}

    /** {@code name} is empty where it is to be derived from the settings. */
    private record Row(String name, Place place, List<Setting> settings) {}

    /** What the matrix of {@code root} sets. */
    static Set<String> paths(Node.Mapping root) {
        Optional<Node> matrix = root.entry(KEY).map(Node.Entry::value);
        Stream<Node.Mapping> maps =
                matrix.stream()
                        .flatMap(
                                node ->
                                        node instanceof Node.Sequence list
                                                ? list.items().stream()
                                                : Stream.of(node))
                        .filter(Node.Mapping.class::isInstance)
                        .map(Node.Mapping.class::cast);
        return maps.flatMap(map -> map.entries().stream())
                .map(Node.Entry::key)
                .collect(Collectors.toSet());
    }

    static List<Variant> expand(Node.Mapping root, Problems problems) {
        Optional<Node.Entry> entry = root.entry(KEY);
        if (entry.isEmpty()) {
            return List.of(new Variant("", root));
        }
        Node.Mapping base =
                new Node.Mapping(
                        root.place(),
                        root.entries().stream().filter(e -> !e.key().equals(KEY)).toList());
        List<Row> rows =
                switch (entry.get().value()) {
                    case Node.Mapping map -> product(map, problems);
                    case Node.Sequence list -> listed(list, problems);
                    case Node.Refused _ -> List.of();
                    case Node.Scalar scalar -> {
                        problems.add(
                                scalar.place(),
                                "matrix must be a map of paths to lists, or a list of maps, not "
                                        + scalar.description());
                        yield List.of();
                    }
                };
        return rows.isEmpty()
                ? emptyMatrix(entry.get(), base, problems)
                : variants(rows, base, problems);
    }

    private static List<Variant> emptyMatrix(
            Node.Entry entry, Node.Mapping base, Problems problems) {
        if (problems.none()) {
            problems.add(entry.place(), "matrix has no variant; add one or remove the key");
        }
        return List.of(new Variant("", base));
    }

    private static List<Variant> variants(List<Row> rows, Node.Mapping base, Problems problems) {
        if (rows.size() > MOST_VARIANTS) {
            problems.add(rows.getFirst().place(), tooMany(rows.size()));
            return List.of(new Variant("", base));
        }
        List<Variant> variants = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Row row : rows) {
            String name = row.name().isEmpty() ? derivedName(row) : row.name();
            if (names.contains(name)) {
                problems.add(
                        row.place(),
                        "two variants are called \"%s\"; give each another name".formatted(name));
            }
            names.add(name);
            variants.add(new Variant(name, applied(row, base, problems)));
        }
        return variants;
    }

    private static Node.Mapping applied(Row row, Node.Mapping base, Problems problems) {
        Node.Mapping root = base;
        for (Setting setting : row.settings()) {
            root =
                    new Edit(problems, setting.place())
                            .set(root, setting.path(), setting.value().varied());
        }
        return root;
    }

    private static List<Row> product(Node.Mapping map, Problems problems) {
        List<Row> rows = List.of(new Row("", map.place(), List.of()));
        for (Node.Entry entry : map.entries()) {
            if (!(entry.value() instanceof Node.Sequence list) || list.items().isEmpty()) {
                problems.add(
                        entry.value().place(),
                        "matrix.%s must be a list of values like [a, b], not %s"
                                .formatted(Words.shorten(entry.key()), emptyOr(entry.value())));
                continue;
            }
            long variants = (long) rows.size() * list.items().size();
            if (variants > MOST_VARIANTS) {
                problems.add(entry.place(), tooMany(variants));
                return List.of();
            }
            rows = times(rows, entry, list.items());
        }
        return map.entries().isEmpty() ? List.of() : rows;
    }

    private static String tooMany(long variants) {
        return "matrix has %,d variants or more; at most %d are allowed"
                .formatted(variants, MOST_VARIANTS);
    }

    private static String emptyOr(Node value) {
        return value instanceof Node.Sequence ? "an empty one" : value.description();
    }

    private static List<Row> times(List<Row> rows, Node.Entry entry, List<Node> values) {
        List<Row> product = new ArrayList<>();
        for (Row row : rows) {
            for (Node value : values) {
                List<Setting> settings = new ArrayList<>(row.settings());
                settings.add(new Setting(entry.key(), entry.place().asVaried(), value));
                product.add(new Row("", row.place(), settings));
            }
        }
        return product;
    }

    private static List<Row> listed(Node.Sequence list, Problems problems) {
        List<Row> rows = new ArrayList<>();
        for (Node item : list.items()) {
            if (item instanceof Node.Mapping map) {
                rows.add(row(map, problems));
            } else if (!(item instanceof Node.Refused)) {
                problems.add(
                        item.place(),
                        "a variant must be a map of paths to values, not " + item.description());
            }
        }
        return rows;
    }

    private static Row row(Node.Mapping map, Problems problems) {
        List<Setting> settings = new ArrayList<>();
        String name = "";
        for (Node.Entry entry : map.entries()) {
            if (entry.key().equals("name")) {
                name = new Value("matrix.name", entry.value(), problems).name().orElse("unnamed");
            } else {
                settings.add(new Setting(entry.key(), entry.place().asVaried(), entry.value()));
            }
        }
        return new Row(name, map.place(), settings);
    }

    /**
     * {@code tensorParallel=8, pipelineParallel=2} becomes {@code
     * tensorParallel-8-pipelineParallel-2}.
     */
    private static String derivedName(Row row) {
        StringBuilder name = new StringBuilder();
        for (Setting setting : row.settings()) {
            String key = setting.path().substring(setting.path().lastIndexOf('.') + 1);
            name.append(name.isEmpty() ? "" : "-")
                    .append(key)
                    .append('-')
                    .append(text(setting.value()));
        }
        return Words.fileName(name.toString());
    }

    private static String text(Node value) {
        return switch (value) {
            case Node.Scalar scalar -> Words.shorten(scalar.text()).replace("/", "-per-");
            case Node.Sequence list ->
                    String.join("-", list.items().stream().map(Matrix::text).toList());
            case Node.Mapping map ->
                    String.join(
                            "-",
                            map.entries().stream()
                                    .map(e -> e.key() + "-" + text(e.value()))
                                    .toList());
            case Node.Refused _ -> "";
        };
    }
}
