package dev.shakedown.harness.scenario;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads {@code local}. */
final class LocalReader {
    private static final int LAST_PORT = 65_535;
    private static final Pattern CORES = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");

    private static final List<String> PYTHONS =
            List.of(LocalSpec.MANAGED, LocalSpec.MANAGED_CPU, "/path/to/python");

    private final Path folder;

    LocalReader(Path folder) {
        this.folder = folder;
    }

    LocalSpec read(Fields fields) {
        Optional<String> python = fields.optional("python").flatMap(this::python);
        Optional<Integer> port =
                fields.optional("headPort").flatMap(value -> value.count(1, LAST_PORT));
        Optional<String> cpus = fields.optional("cpus").flatMap(LocalReader::cpus);
        fields.end();
        return new LocalSpec(
                python.orElse(LocalSpec.MANAGED),
                port.map(OptionalInt::of).orElse(OptionalInt.empty()),
                cpus);
    }

    private Optional<String> python(Value value) {
        List<String> managed = List.of(LocalSpec.MANAGED, LocalSpec.MANAGED_CPU);
        Optional<String> text = value.text();
        if (text.isEmpty() || managed.contains(text.get())) {
            return text;
        }
        if (!text.get().contains("/")) {
            return value.wrong(
                    "\"%s\" is not known%s"
                            .formatted(Words.shorten(text.get()), Words.hint(text.get(), PYTHONS)));
        }
        return value.path(folder)
                .flatMap(
                        path ->
                                Files.exists(path)
                                        ? Optional.of(path.toString())
                                        : value.wrong(
                                                "there is no %s; write managed, managed-cpu or the path of a Python"
                                                        .formatted(path)));
    }

    private static Optional<String> cpus(Value value) {
        Optional<String> text = value.looseText();
        boolean cores =
                text.isPresent()
                        && Stream.of(text.get().split(",", -1)).allMatch(LocalReader::areCores);
        return text.isEmpty() || cores
                ? text
                : value.wrong(
                        "\"%s\" is no list of cores; write one like \"0-3,6\""
                                .formatted(Words.shorten(text.get())));
    }

    private static boolean areCores(String part) {
        Matcher matcher = CORES.matcher(part);
        if (!matcher.matches()) {
            return false;
        }
        return matcher.group(2) == null
                || Integer.parseInt(matcher.group(1)) <= Integer.parseInt(matcher.group(2));
    }
}
