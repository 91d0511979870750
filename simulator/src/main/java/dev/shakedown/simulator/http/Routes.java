package dev.shakedown.simulator.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Method and path to handler; {@code {name}} in a path stands for one segment that is not empty.
 */
public final class Routes implements Handler {
    private final List<Route> all = new ArrayList<>();
    private final Handler notFound;
    private final Handler wrongMethod;

    public Routes(Handler notFound, Handler wrongMethod) {
        this.notFound = notFound;
        this.wrongMethod = wrongMethod;
    }

    public Routes on(String method, String path, Handler handler) {
        all.add(new Route(method, List.of(path.split("/", -1)), handler));
        return this;
    }

    @Override
    public void handle(Exchange exchange) {
        String[] segments = exchange.path().split("/", -1);
        boolean pathKnown = false;
        for (Route route : all) {
            Optional<Map<String, String>> values = route.match(segments);
            if (values.isPresent()) {
                pathKnown = true;
                if (route.method.equals(exchange.method())) {
                    exchange.pathValues(values.get());
                    route.handler.handle(exchange);
                    return;
                }
            }
        }
        (pathKnown ? wrongMethod : notFound).handle(exchange);
    }

    private record Route(String method, List<String> pattern, Handler handler) {

        Optional<Map<String, String>> match(String[] segments) {
            if (segments.length != pattern.size()) {
                return Optional.empty();
            }
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < segments.length; i++) {
                String expected = pattern.get(i);
                if (expected.startsWith("{") && !segments[i].isEmpty()) {
                    values.put(expected.substring(1, expected.length() - 1), segments[i]);
                } else if (!expected.equals(segments[i])) {
                    return Optional.empty();
                }
            }
            return Optional.of(values);
        }
    }
}
