package dev.shakedown.harness.scenario;

import dev.shakedown.simulator.fault.Fault;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads {@code cluster} and the block of its provider. */
final class ClusterReader {
    /** The world's time. */
    static final String WALL = "wall";

    /** The simulation's own. */
    static final String VIRTUAL = "virtual";

    private static final int MOST_NODES = 10_000;
    private static final int MOST_GPUS_PER_NODE = 1_024;

    private final Path folder;
    private final Problems warnings;
    private final Map<Provider, Function<Fields, ProviderSpec>> readers =
            new EnumMap<>(Provider.class);

    /** {@code folder}: what relative paths count from. */
    ClusterReader(Path folder, Problems warnings) {
        this.folder = folder;
        this.warnings = warnings;
        readers.put(Provider.LOCAL, new LocalReader(folder)::read);
        readers.put(Provider.SSH, new SshReader(folder)::read);
        readers.put(Provider.KUBERAY, new KubeRayReader(folder)::read);
        readers.put(Provider.ATTACH, new AttachReader(folder)::read);
    }

    /** What {@code cluster} says. */
    private record Shape(ClusterSpec spec, boolean virtualClock) {}

    /** {@code cluster} is empty where the shape or the provider could not be read. */
    record Clustered(Optional<ClusterSpec> cluster, ProviderSpec provider) {}

    Clustered read(Fields top) {
        Optional<Shape> shape =
                top.required("cluster", "{ provider: simulated, nodes: 1, gpusPerNode: 8 }")
                        .flatMap(Value::map)
                        .flatMap(this::cluster);
        Optional<ClusterSpec> cluster = shape.map(Shape::spec);
        Optional<Provider> chosen = cluster.map(ClusterSpec::provider);
        ProviderSpec spec = simulated(top, shape);
        for (Map.Entry<Provider, Function<Fields, ProviderSpec>> reader : readers.entrySet()) {
            Provider own = reader.getKey();
            Optional<ProviderSpec> read = block(top, own, chosen).map(reader.getValue());
            if (chosen.filter(own::equals).isPresent()) {
                spec = read.orElse(LocalSpec.DEFAULT);
            }
        }
        return new Clustered(cluster, spec);
    }

    private static ProviderSpec simulated(Fields top, Optional<Shape> shape) {
        boolean virtualClock = shape.map(Shape::virtualClock).orElse(false);
        List<Fault> faults = new FaultsReader(shape.map(Shape::spec), virtualClock).read(top);
        return new ProviderSpec.Simulated(faults, virtualClock);
    }

    /** A block that another provider would use is read all the same: its mistakes are mistakes. */
    private Optional<Fields> block(Fields top, Provider own, Optional<Provider> chosen) {
        boolean used = chosen.filter(own::equals).isPresent();
        Optional<Value> block =
                used && own != Provider.LOCAL
                        ? top.required(own.key(), example(own))
                        : top.optional(own.key());
        if (chosen.isPresent() && !used) {
            block.ifPresent(
                    value ->
                            warnings.add(
                                    value.place(),
                                    "%s: is not used, cluster.provider is %s"
                                            .formatted(own.key(), chosen.get().key())));
        }
        return block.flatMap(Value::map);
    }

    private static String example(Provider provider) {
        return switch (provider) {
            case SSH -> "{ hosts: [node-a, node-b] }";
            case KUBERAY -> "{ image: vllm/vllm-openai:v0.11.0 }";
            case ATTACH -> "{ baseUrl: http://HOST:8000 }";
            case SIMULATED, LOCAL -> "{}";
        };
    }

    /** Whether it is the simulation's own. */
    private static boolean virtual(Value value, Optional<Provider> provider) {
        Map<String, Boolean> clocks = new LinkedHashMap<>();
        clocks.put(WALL, false);
        clocks.put(VIRTUAL, true);
        boolean virtual = value.oneOf(clocks, List.of()).orElse(false);
        if (virtual && provider.filter(p -> p != Provider.SIMULATED).isPresent()) {
            value.complain(
                    "only provider simulated has a time of its own; write wall, not virtual");
        }
        return virtual;
    }

    private Optional<Shape> cluster(Fields fields) {
        Map<String, Provider> providers = new LinkedHashMap<>();
        Stream.of(Provider.values()).forEach(p -> providers.put(p.key(), p));
        Optional<Provider> provider =
                fields.required("provider", "simulated")
                        .flatMap(value -> value.oneOf(providers, List.of()));
        Optional<Integer> nodes =
                fields.required("nodes", "1").flatMap(value -> value.count(1, MOST_NODES));
        Optional<Integer> gpus =
                fields.required("gpusPerNode", "8")
                        .flatMap(value -> value.count(1, MOST_GPUS_PER_NODE));
        Optional<String> gpu = fields.optional("gpu").flatMap(value -> value.nameOrPath(folder));
        boolean virtual =
                fields.optional("clock").map(value -> virtual(value, provider)).orElse(false);
        Optional<DcgmSpec> dcgm =
                fields.optional("dcgmExporter").flatMap(value -> DcgmReader.read(value, provider));
        fields.end();
        return provider.isPresent() && nodes.isPresent() && gpus.isPresent()
                ? Optional.of(
                        new Shape(
                                new ClusterSpec(provider.get(), nodes.get(), gpus.get(), gpu, dcgm),
                                virtual))
                : Optional.empty();
    }
}
