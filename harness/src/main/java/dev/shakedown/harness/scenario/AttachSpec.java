package dev.shakedown.harness.scenario;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An endpoint that already exists.
 *
 * @param baseUrl of vLLM, without {@code /v1}; may have a path
 * @param shared accept an endpoint that serves others too; the run is then informational
 * @param apiKeyFile its first line is sent as bearer token; the key itself is never kept in the
 *     scenario
 */
public record AttachSpec(
        URI baseUrl,
        Optional<URI> rayDashboard,
        boolean shared,
        Optional<Path> caFile,
        Optional<Path> apiKeyFile)
        implements ProviderSpec {}
