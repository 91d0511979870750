package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.load.Balance;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code attach}. */
final class AttachReader {
    private static final URI SOMEWHERE = URI.create("http://127.0.0.1:8000");

    private final Path folder;

    AttachReader(Path folder) {
        this.folder = folder;
    }

    /** An endpoint that is there, or a Ray to start one on or only to look at. */
    ProviderSpec read(Fields fields) {
        Optional<Value> dashboardValue = fields.optional("rayDashboard");
        Optional<URI> dashboard = dashboardValue.flatMap(AttachReader::url);
        boolean start = fields.optional("startEngine").flatMap(Value::flag).orElse(false);
        if (start && dashboardValue.isEmpty()) {
            fields.complain("startEngine", "true needs rayDashboard, the Ray to start vLLM on");
        }
        Optional<Value> baseUrl = fields.optional("baseUrl");
        ProviderSpec spec =
                start || (baseUrl.isEmpty() && dashboardValue.isPresent())
                        ? ray(fields, dashboard.orElse(SOMEWHERE), start)
                        : endpoint(fields, dashboard);
        fields.end();
        return spec;
    }

    private AttachSpec endpoint(Fields fields, Optional<URI> dashboard) {
        List<URI> urls =
                fields.required("baseUrl", "http://127.0.0.1:8000")
                        .map(AttachReader::urls)
                        .filter(all -> !all.isEmpty())
                        .orElse(List.of(SOMEWHERE));
        return new AttachSpec(
                urls.getFirst(),
                dashboard,
                fields.optional("shared").flatMap(Value::flag).orElse(false),
                fields.optional("caFile").flatMap(value -> value.readableFile(folder)),
                fields.optional("apiKeyFile").flatMap(value -> value.secretFile(folder)),
                urls.subList(1, urls.size()),
                balance(fields, urls.size()));
    }

    /** One address, or a list of different ones. */
    private static List<URI> urls(Value value) {
        if (!(value.node() instanceof Node.Sequence)) {
            return url(value).stream().toList();
        }
        List<URI> urls = new ArrayList<>();
        Set<URI> servers = new HashSet<>();
        for (Value each : value.list().orElse(List.of())) {
            url(each)
                    .ifPresent(
                            url -> {
                                if (!servers.add(server(url))) {
                                    each.complain(url + " stands there twice; remove one");
                                }
                                urls.add(url);
                            });
        }
        if (urls.isEmpty()) {
            value.complain("needs at least one address like http://127.0.0.1:8000");
        }
        return urls;
    }

    /** One form for all that mean the same, by RFC 3986, section 6.2. */
    private static URI server(URI url) {
        String scheme = url.getScheme();
        int usual = scheme.equals("https") ? 443 : 80;
        int port = url.getPort() < 0 ? usual : url.getPort();
        String path = url.getRawPath().replaceAll("/+$", "");
        return URI.create(
                "%s://%s:%d%s"
                        .formatted(scheme, url.getHost().toLowerCase(Locale.ROOT), port, path));
    }

    private static Balance balance(Fields fields, int endpoints) {
        Map<String, Balance> known = new LinkedHashMap<>();
        known.put("roundRobin", Balance.ROUND_ROBIN);
        known.put("sticky", Balance.STICKY);
        Optional<Value> written = fields.optional("balance");
        if (endpoints < 2) {
            written.ifPresent(
                    value ->
                            value.complain(
                                    "is for several endpoints; write baseUrl: [http://HOST:PORT, ...] or remove it"));
        }
        return written.flatMap(value -> value.oneOf(known, List.of())).orElse(Balance.ROUND_ROBIN);
    }

    private static ForeignRaySpec ray(Fields fields, URI dashboard, boolean start) {
        for (String key : List.of("shared", "caFile", "apiKeyFile", "balance")) {
            fields.optional(key)
                    .ifPresent(
                            value ->
                                    value.complain(
                                            "is for an endpoint that is there already; remove it"));
        }
        return new ForeignRaySpec(
                dashboard, start, fields.optional("baseUrl").flatMap(AttachReader::url));
    }

    static Optional<URI> url(Value value) {
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
