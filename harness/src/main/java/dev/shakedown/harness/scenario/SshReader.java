package dev.shakedown.harness.scenario;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads {@code ssh}. Nothing that it lets through can be taken for an option of ssh. */
final class SshReader {
    private static final int MOST_GPUS = 1_024;
    private static final int FIRST_PORT = 1_024;
    private static final int LAST_BASE = 60_000;
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._@\\\\-]{0,63}");
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,14}");

    private static final Map<String, SshSpec.Launcher> LAUNCHERS =
            Map.of("ssh", SshSpec.Launcher.SSH, "srun", SshSpec.Launcher.SRUN);

    private final Path folder;

    SshReader(Path folder) {
        this.folder = folder;
    }

    SshSpec read(Fields fields) {
        Optional<Value> given = fields.required("hosts", "[node-a, node-b]");
        boolean slurm = given.filter(SshReader::isSlurm).isPresent();
        List<String> hosts =
                given.filter(_ -> !slurm)
                        .flatMap(Value::list)
                        .map(SshReader::hosts)
                        .orElse(List.of());
        Optional<String> user =
                fields.optional("user").flatMap(value -> value.matching(USER, "user name"));
        Optional<Path> config =
                fields.optional("configFile").flatMap(value -> value.readableFile(folder));
        Optional<String> python = fields.optional("python").flatMap(SshReader::python);
        Optional<String> network =
                fields.optional("interface")
                        .flatMap(value -> value.matching(INTERFACE, "network interface"))
                        .filter(name -> !name.equals(SshSpec.AUTO));
        List<Integer> gpus =
                fields.optional("gpus").flatMap(Value::list).map(SshReader::gpus).orElse(List.of());
        Optional<Integer> base =
                fields.optional("portBase").flatMap(value -> value.count(FIRST_PORT, LAST_BASE));
        Optional<ContainerSpec> container =
                fields.optional("container").flatMap(Value::map).flatMap(ContainerReader::read);
        SshSpec.Launcher launcher = launcher(fields, slurm);
        fields.end();
        return new SshSpec(
                hosts,
                slurm ? Optional.of(SshSpec.Slurm.unknown(launcher)) : Optional.empty(),
                user,
                config,
                python.orElse(SshSpec.DEFAULT_PYTHON),
                network,
                gpus,
                base.map(OptionalInt::of).orElse(OptionalInt.empty()),
                container);
    }

    /** Steps of an allocation know neither other hosts nor what is ssh's. */
    private static SshSpec.Launcher launcher(Fields fields, boolean slurm) {
        Optional<Value> given = fields.optional("launcher");
        SshSpec.Launcher launcher =
                given.flatMap(value -> value.oneOf(LAUNCHERS, List.of()))
                        .orElse(SshSpec.Launcher.SSH);
        if (launcher == SshSpec.Launcher.SRUN) {
            if (!slurm) {
                given.ifPresent(
                        value ->
                                value.complain(
                                        "srun reaches hosts of a Slurm allocation only; set ssh.hosts to slurm, or remove it"));
            }
            for (String key : List.of("user", "configFile")) {
                fields.optional(key)
                        .ifPresent(value -> value.complain("means nothing to srun; remove it"));
            }
            // A runtime's daemon keeps containers outside of the step: Slurm would not end them.
            fields.optional("container")
                    .ifPresent(
                            value ->
                                    value.complain(
                                            "is not built yet for launcher srun; remove it, or use ssh"));
        }
        return launcher;
    }

    private static boolean isSlurm(Value hosts) {
        return hosts.node() instanceof Node.Scalar scalar && scalar.text().equals(SshSpec.SLURM);
    }

    /** Empty if one of them is wrong, so that nothing is said of their number. */
    private static List<String> hosts(List<Value> values) {
        List<String> hosts = new ArrayList<>();
        for (Value value : values) {
            Optional<String> host = value.matching(SshSpec.HOST, "host name or address");
            if (host.isPresent() && hosts.contains(host.get())) {
                value.complain(host.get() + " is there twice; remove one");
            }
            host.ifPresent(hosts::add);
        }
        return hosts.size() == values.size() ? hosts : List.of();
    }

    private static Optional<String> python(Value value) {
        return value.text()
                .flatMap(
                        text ->
                                text.startsWith("/") || text.matches("python3(\\.[0-9]+)?")
                                        ? Optional.of(text)
                                        : value.wrong(
                                                "\"%s\" is no path on the hosts; write the absolute path of a Python, or python3"
                                                        .formatted(Words.shorten(text))));
    }

    private static List<Integer> gpus(List<Value> values) {
        return values.stream().flatMap(value -> value.count(0, MOST_GPUS).stream()).toList();
    }
}
