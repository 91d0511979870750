package dev.shakedown.harness.scenario;

import java.net.URI;
import java.util.Optional;

/**
 * A Ray that somebody else runs, for jobs of Shakedown and, where asked, an engine on it.
 *
 * @param dashboard of that Ray
 * @param startEngine vLLM is started there as a Ray job, and ended again
 * @param baseUrl where that vLLM will be reached; empty: at the address of its node, port {@link
 *     #PORT}
 */
public record ForeignRaySpec(URI dashboard, boolean startEngine, Optional<URI> baseUrl)
        implements ProviderSpec {
    /** vLLM's own. */
    public static final int PORT = 8_000;

    /** That vLLM listens on. */
    public int port() {
        return baseUrl.map(URI::getPort).filter(port -> port > 0).orElse(PORT);
    }
}
