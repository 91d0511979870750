package dev.shakedown.harness.scenario;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads {@code cluster} and the providers' blocks. */
final class ClusterReader {
    private static final int MOST_NODES = 10_000;
    private static final int MOST_GPUS_PER_NODE = 1_024;
    private static final int LAST_PORT = 65_535;
    private static final Pattern CORES = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
    private static final List<String> PROVIDERS_TO_COME = List.of("ssh", "kuberay");

    private static final List<String> PYTHONS =
            List.of(LocalSpec.MANAGED, LocalSpec.MANAGED_CPU, "/path/to/python");

    private final Path folder;
    private final Problems warnings;

    /** {@code folder}: what relative paths count from. */
    ClusterReader(Path folder, Problems warnings) {
        this.folder = folder;
        this.warnings = warnings;
    }

    /** {@code cluster} is empty where the shape or the provider could not be read. */
    record Clustered(Optional<ClusterSpec> cluster, LocalSpec local, Optional<AttachSpec> attach) {}

    Clustered read(Fields top) {
        Optional<ClusterSpec> cluster =
                top.required("cluster", "{ provider: simulated, nodes: 1, gpusPerNode: 8 }")
                        .flatMap(Value::map)
                        .flatMap(ClusterReader::cluster);
        PROVIDERS_TO_COME.forEach(
                provider -> top.notBuilt(provider, "use provider simulated, local or attach"));
        Optional<Value> localBlock = top.optional("local");
        Optional<Value> attachBlock = top.optional("attach");
        Optional<LocalSpec> local = localBlock.flatMap(Value::map).map(this::local);
        Optional<AttachSpec> attach = attachBlock.flatMap(Value::map).map(this::attach);
        cluster.map(ClusterSpec::provider)
                .ifPresent(
                        provider -> {
                            unused(localBlock, provider, Provider.LOCAL);
                            unused(attachBlock, provider, Provider.ATTACH);
                            if (provider == Provider.ATTACH && attachBlock.isEmpty()) {
                                top.required("attach", "{ baseUrl: http://HOST:8000 }");
                            }
                        });
        boolean attached = cluster.filter(spec -> spec.provider() == Provider.ATTACH).isPresent();
        return new Clustered(
                cluster, local.orElse(LocalSpec.DEFAULT), attached ? attach : Optional.empty());
    }

    private void unused(Optional<Value> block, Provider chosen, Provider own) {
        if (chosen != own) {
            block.ifPresent(
                    value ->
                            warnings.add(
                                    value.place(),
                                    "%s: is not used, cluster.provider is %s"
                                            .formatted(own.key(), chosen.key())));
        }
    }

    private static Optional<ClusterSpec> cluster(Fields fields) {
        Map<String, Provider> providers = new LinkedHashMap<>();
        Stream.of(Provider.values()).forEach(p -> providers.put(p.key(), p));
        Optional<Provider> provider =
                fields.required("provider", "simulated")
                        .flatMap(value -> value.oneOf(providers, PROVIDERS_TO_COME));
        Optional<Integer> nodes =
                fields.required("nodes", "1").flatMap(value -> value.count(1, MOST_NODES));
        Optional<Integer> gpus =
                fields.required("gpusPerNode", "8")
                        .flatMap(value -> value.count(1, MOST_GPUS_PER_NODE));
        Optional<String> gpu = fields.optional("gpu").flatMap(Value::text);
        fields.optional("clock")
                .ifPresent(value -> value.requireOneOf(List.of("wall"), List.of("virtual")));
        fields.end();
        return provider.isPresent() && nodes.isPresent() && gpus.isPresent()
                ? Optional.of(new ClusterSpec(provider.get(), nodes.get(), gpus.get(), gpu))
                : Optional.empty();
    }

    private LocalSpec local(Fields fields) {
        Optional<String> python = fields.optional("python").flatMap(this::python);
        Optional<Integer> port =
                fields.optional("headPort").flatMap(value -> value.count(1, LAST_PORT));
        Optional<String> cpus = fields.optional("cpus").flatMap(ClusterReader::cpus);
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
                        && Stream.of(text.get().split(",", -1)).allMatch(ClusterReader::areCores);
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

    private AttachSpec attach(Fields fields) {
        Optional<URI> baseUrl =
                fields.required("baseUrl", "http://127.0.0.1:8000").flatMap(ClusterReader::url);
        Optional<URI> dashboard = fields.optional("rayDashboard").flatMap(ClusterReader::url);
        boolean shared = fields.optional("shared").flatMap(Value::flag).orElse(false);
        fields.optional("startEngine")
                .flatMap(Value::flag)
                .ifPresent(
                        start -> {
                            if (start) {
                                fields.complain(
                                        "startEngine",
                                        "true is not built yet; start vLLM yourself and remove the key");
                            }
                        });
        Optional<Path> caFile = fields.optional("caFile").flatMap(value -> existing(value, false));
        Optional<Path> keyFile =
                fields.optional("apiKeyFile").flatMap(value -> existing(value, true));
        fields.end();
        return new AttachSpec(
                baseUrl.orElse(URI.create("http://127.0.0.1:8000")),
                dashboard,
                shared,
                caFile,
                keyFile);
    }

    private static Optional<URI> url(Value value) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI url = new URI(text.get());
            String scheme = Optional.ofNullable(url.getScheme()).orElse("");
            if (!scheme.equals("http") && !scheme.equals("https")) {
                return value.wrong(
                        "\"%s\" is no address; write http://HOST:PORT or https://HOST:PORT"
                                .formatted(Words.shorten(text.get())));
            }
            if (url.getHost() == null || url.getQuery() != null || url.getFragment() != null) {
                return value.wrong(
                        "\"%s\" must be http(s)://HOST:PORT with at most a path after it"
                                .formatted(Words.shorten(text.get())));
            }
            if (url.getUserInfo() != null) {
                return value.wrong("must hold no password; write the key to attach.apiKeyFile");
            }
            return Optional.of(url);
        } catch (URISyntaxException e) {
            return value.wrong(
                    "\"%s\" is no address; write http://HOST:PORT or https://HOST:PORT"
                            .formatted(Words.shorten(text.get())));
        }
    }

    private Optional<Path> existing(Value value, boolean secret) {
        Optional<Path> path = value.path(folder);
        if (path.isEmpty()) {
            return path;
        }
        if (!Files.isRegularFile(path.get())) {
            return value.wrong(
                    "there is no file %s; create it or correct the path".formatted(path.get()));
        }
        if (!Files.isReadable(path.get())) {
            return value.wrong(
                    "%s cannot be read by this user; check its permissions".formatted(path.get()));
        }
        return secret && path.get().toFile().length() == 0
                ? value.wrong("%s is empty; put the key on its first line".formatted(path.get()))
                : path;
    }
}
