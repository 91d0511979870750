package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.load.Balance;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An endpoint that already exists, or replicas of one.
 *
 * @param baseUrl of vLLM, without {@code /v1}; may have a path
 * @param shared accept an endpoint that serves others too; the run is then informational
 * @param apiKeyFile its first line is sent as bearer token; the key itself is never kept in the
 *     scenario
 * @param replicas further base URLs of the same model, which take their share of the load
 * @param balance which of them a request goes to
 */
public record AttachSpec(
        URI baseUrl,
        Optional<URI> rayDashboard,
        boolean shared,
        Optional<Path> caFile,
        Optional<Path> apiKeyFile,
        List<URI> replicas,
        Balance balance)
        implements ProviderSpec {

    public AttachSpec {
        replicas = List.copyOf(replicas);
    }

    /** One endpoint. */
    public AttachSpec(
            URI baseUrl,
            Optional<URI> rayDashboard,
            boolean shared,
            Optional<Path> caFile,
            Optional<Path> apiKeyFile) {
        this(baseUrl, rayDashboard, shared, caFile, apiKeyFile, List.of(), Balance.ROUND_ROBIN);
    }

    /** All that requests go to, in the order in which they are written. */
    public List<URI> baseUrls() {
        return Stream.concat(Stream.of(baseUrl), replicas.stream()).toList();
    }

    /** One of {@link #baseUrls} alone. */
    public AttachSpec at(URI one) {
        return new AttachSpec(one, rayDashboard, shared, caFile, apiKeyFile);
    }
}
