package dev.shakedown.harness.scenario;

import dev.shakedown.harness.scenario.ContainerSpec.Mount;
import dev.shakedown.harness.scenario.ContainerSpec.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code ssh.container}. Nothing that it lets through is an option of the runtime. */
final class ContainerReader {
    private static final double MIB_PER_GIB = 1024;
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,400}");
    private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,6}(MiB|GiB)");
    private static final String PATH_HINT =
            "; write an absolute path of letters, digits and ._@+=- without ..";

    private ContainerReader() {}

    static Optional<ContainerSpec> read(Fields fields) {
        Optional<String> image =
                fields.required("image", "vllm/vllm-openai:v0.11.0")
                        .flatMap(value -> value.matching(IMAGE, "container image"));
        Map<String, Program> runtimes = new LinkedHashMap<>();
        for (Program runtime : Program.values()) {
            runtimes.put(runtime.command(), runtime);
        }
        Optional<Program> runtime =
                fields.optional("runtime").flatMap(value -> value.oneOf(runtimes, List.of()));
        Optional<Double> shm =
                fields.optional("shmSize")
                        .flatMap(value -> value.matching(SIZE, "size like 16GiB"))
                        .map(ContainerReader::gib);
        List<String> devices =
                fields.optional("devices")
                        .flatMap(Value::list)
                        .map(ContainerReader::devices)
                        .orElse(List.of());
        List<Mount> mounts =
                fields.optional("mounts")
                        .flatMap(Value::list)
                        .map(ContainerReader::mounts)
                        .orElse(List.of());
        fields.end();
        return image.map(
                name ->
                        new ContainerSpec(
                                name, runtime.orElse(Program.DOCKER), shm, devices, mounts));
    }

    private static double gib(String size) {
        double number = Double.parseDouble(size.substring(0, size.length() - 3));
        return size.endsWith("GiB") ? number : number / MIB_PER_GIB;
    }

    private static List<String> devices(List<Value> values) {
        return values.stream().flatMap(value -> device(value).stream()).toList();
    }

    private static Optional<String> device(Value value) {
        return value.text()
                .flatMap(
                        text ->
                                text.startsWith("/dev/") && ContainerSpec.mountable(text)
                                        ? Optional.of(text)
                                        : value.wrong(
                                                "\"%s\" is no device; write one like /dev/infiniband"
                                                        .formatted(Words.shorten(text))));
    }

    private static List<Mount> mounts(List<Value> values) {
        List<Mount> mounts = new ArrayList<>();
        for (Value value : values) {
            Optional<Mount> mount = value.text().flatMap(text -> mount(value, text));
            if (mount.isPresent()
                    && mounts.stream().anyMatch(m -> m.target().equals(mount.get().target()))) {
                value.complain(mount.get().target() + " is there twice; remove one");
            }
            mount.ifPresent(mounts::add);
        }
        return mounts;
    }

    /** {@code /on/the/host}, {@code /on/the/host:/inside}, either with {@code :ro}. */
    private static Optional<Mount> mount(Value value, String text) {
        boolean readOnly = text.endsWith(":ro");
        String paths = readOnly ? text.substring(0, text.length() - 3) : text;
        List<String> parts = List.of(paths.split(":", -1));
        if (parts.size() > 2 || !parts.stream().allMatch(ContainerSpec::mountable)) {
            return value.wrong(
                    "\"%s\" is no mount%s, or two with : between, and :ro if you like"
                            .formatted(Words.shorten(text), PATH_HINT));
        }
        return Optional.of(
                new Mount(
                        ContainerSpec.folder(parts.getFirst()),
                        ContainerSpec.folder(parts.getLast()),
                        readOnly));
    }
}
