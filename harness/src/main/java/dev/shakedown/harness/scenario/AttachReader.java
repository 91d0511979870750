package dev.shakedown.harness.scenario;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads {@code attach}. */
final class AttachReader {
    private final Path folder;

    AttachReader(Path folder) {
        this.folder = folder;
    }

    AttachSpec read(Fields fields) {
        Optional<URI> baseUrl =
                fields.required("baseUrl", "http://127.0.0.1:8000").flatMap(AttachReader::url);
        Optional<URI> dashboard = fields.optional("rayDashboard").flatMap(AttachReader::url);
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
        Optional<Path> caFile =
                fields.optional("caFile").flatMap(value -> value.readableFile(folder));
        Optional<Path> keyFile =
                fields.optional("apiKeyFile").flatMap(value -> value.secretFile(folder));
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
}
