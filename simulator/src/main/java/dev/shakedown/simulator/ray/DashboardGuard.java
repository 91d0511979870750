package dev.shakedown.simulator.ray;

import dev.shakedown.simulator.http.Exchange;
import dev.shakedown.simulator.http.Handler;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What Ray's dashboard refuses before it looks at a request: browsers that write, no token. */
final class DashboardGuard implements Handler {
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OPEN =
            Set.of(
                    "/",
                    "/api/authentication_mode",
                    "/api/authenticate",
                    "/api/healthz",
                    "/api/gcs_healthz",
                    "/api/local_raylet_healthz",
                    "/-/healthz");
    private static final String BEARER = "Bearer ";

    private final Optional<String> token;
    private final Handler next;

    DashboardGuard(Optional<String> token, Handler next) {
        this.token = token;
        this.next = next;
    }

    @Override
    public void handle(Exchange exchange) {
        if (!READS.contains(exchange.method()) && likeABrowser(exchange)) {
            exchange.text(405, "Method Not Allowed for browser traffic.");
            return;
        }
        if (token.isEmpty() || OPEN.contains(exchange.path())) {
            next.handle(exchange);
            return;
        }
        Optional<String> sent = sentToken(exchange);
        if (sent.isEmpty()) {
            exchange.text(401, "Unauthorized: Missing authentication token");
        } else if (!sent.equals(token)) {
            exchange.text(403, "Forbidden: Invalid authentication token");
        } else {
            next.handle(exchange);
        }
    }

    private static boolean likeABrowser(Exchange exchange) {
        return exchange.header("User-Agent").filter(a -> a.startsWith("Mozilla")).isPresent()
                || exchange.headerNames()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .anyMatch(
                                name ->
                                        name.equals("origin")
                                                || name.equals("referer")
                                                || name.startsWith("sec-fetch-")
                                                || name.startsWith("access-control-request-"));
    }

    private static Optional<String> sentToken(Exchange exchange) {
        Optional<String> header =
                exchange.header("Authorization")
                        .or(() -> exchange.header("X-Ray-Authorization"))
                        .filter(value -> value.startsWith(BEARER))
                        .map(value -> value.substring(BEARER.length()));
        return header.or(() -> cookie(exchange));
    }

    private static Optional<String> cookie(Exchange exchange) {
        for (String part : exchange.header("Cookie").orElse("").split("; ", -1)) {
            if (part.startsWith("ray-authentication-token=")) {
                return Optional.of(part.substring(part.indexOf('=') + 1));
            }
        }
        return Optional.empty();
    }
}
