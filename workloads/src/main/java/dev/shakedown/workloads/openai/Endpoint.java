package dev.shakedown.workloads.openai;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An OpenAI-compatible server.
 *
 * @param baseUrl {@code http} or {@code https}; a path is kept; a last {@code /v1} may be there or
 *     not
 * @param model the served name
 * @param apiKey sent as a bearer token; never printed
 * @param caFile PEM certificates trusted beside the JDK's own
 */
@SuppressWarnings("OptionalUsedAsFieldOrParameterType")
public record Endpoint(URI baseUrl, String model, Optional<String> apiKey, Optional<Path> caFile) {

    public Endpoint {
        String scheme = baseUrl.getScheme();
        if (!List.of("http", "https").contains(String.valueOf(scheme).toLowerCase(Locale.ROOT))
                || baseUrl.getHost() == null) {
            throw new IllegalArgumentException(
                    "an endpoint needs http://HOST or https://HOST, was " + baseUrl);
        }
    }

    /** A server without TLS extras and key. */
    public static Endpoint of(URI baseUrl, String model) {
        return new Endpoint(baseUrl, model, Optional.empty(), Optional.empty());
    }

    /** The address of a route, as {@code /v1/models} or {@code /metrics}. */
    public URI resolve(String route) {
        String base = baseUrl.toString().replaceFirst("[?#].*$", "").replaceFirst("/+$", "");
        return URI.create(base.replaceFirst("/v1$", "") + route);
    }

    @Override
    public String toString() {
        return "Endpoint[" + baseUrl + ", model=" + model + "]";
    }
}
