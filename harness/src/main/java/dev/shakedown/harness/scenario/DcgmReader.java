package dev.shakedown.harness.scenario;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Reads {@code cluster.dcgmExporter}: a port, an address, or a list of addresses. */
final class DcgmReader {
    private static final int MOST_PORT = 65_535;
    private static final String PATH = "/metrics";

    private DcgmReader() {}

    static Optional<DcgmSpec> read(Value value, Optional<Provider> provider) {
        if (provider.filter(Provider.SIMULATED::equals).isPresent()) {
            return value.wrong("a simulated cluster tells of its GPUs itself; remove it");
        }
        return switch (value.node()) {
            case Node.Scalar scalar when scalar.isInteger() ->
                    value.count(1, MOST_PORT).map(DcgmSpec.OnNodes::new);
            case Node.Sequence _ ->
                    value.list().filter(items -> isSome(items, value)).map(DcgmReader::pages);
            case Node.Scalar _, Node.Mapping _, Node.Refused _ ->
                    page(value).map(page -> new DcgmSpec.Pages(List.of(page)));
        };
    }

    private static boolean isSome(List<Value> items, Value value) {
        if (items.isEmpty()) {
            value.complain("names no exporter; write http://HOST:9400/metrics, or a port");
        }
        return !items.isEmpty();
    }

    private static DcgmSpec pages(List<Value> items) {
        return new DcgmSpec.Pages(items.stream().flatMap(item -> page(item).stream()).toList());
    }

    private static Optional<URI> page(Value value) {
        return AttachReader.url(value)
                .map(url -> url.getPath().length() > 1 ? url : url.resolve(PATH));
    }

    /** As the scenario would say it. */
    static Object resolved(DcgmSpec spec) {
        return switch (spec) {
            case DcgmSpec.OnNodes(int port) -> port;
            case DcgmSpec.Pages(List<URI> urls) -> urls.stream().map(URI::toString).toList();
        };
    }
}
