package dev.shakedown.reports.render;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the keys of a run's rates mean, in words with their unit. */
final class RateNames {
    private static final String START_UP = "startUp.";
    private static final String SECONDS = ".s";
    private static final Map<String, String> NAMES =
            Map.ofEntries(
                    Map.entry("capacity.requests/s", "requests/s at which the limits hold"),
                    Map.entry("offered.requests/s", "requests/s offered"),
                    Map.entry("requests/s", "requests/s completed, steady window"),
                    Map.entry("outputTokens/s", "output tokens/s, steady window"),
                    Map.entry("inputTokens/s", "input tokens/s, steady window"),
                    Map.entry("wall.requests/s", "requests/s completed, over the wall time"),
                    Map.entry("wall.outputTokens/s", "output tokens/s, over the wall time"),
                    Map.entry("goodput/s", "requests/s inside the SLO"),
                    Map.entry("roundTrip.s", "round trip to the endpoint, s"),
                    Map.entry("goodput", "share of all offered inside the SLO"),
                    Map.entry("gpuHours", "GPU-hours"),
                    Map.entry("sessions", "sessions begun"),
                    Map.entry("sessions.turns", "turns of sessions"),
                    Map.entry("sessions.turns.lost", "turns after one that failed, never sent"),
                    Map.entry("sessions.turns.tooLong", "turns beyond the model, never sent"),
                    Map.entry("sessions.turns.unfinished", "turns after the load's end"),
                    Map.entry(
                            "prefixCache.hitRatio", "share of prompt tokens from the prefix cache"),
                    Map.entry(
                            "prefixCache.expectedHitRatio",
                            "share of prompt tokens in prefixes seen before"));
    private static final Set<String> SHARES =
            Set.of("goodput", "prefixCache.hitRatio", "prefixCache.expectedHitRatio");
    private static final Pattern ENDPOINT = Pattern.compile("endpoint(\\d{1,9})\\.requests");
    private static final List<String> PARTS =
            List.of("weights", "model", "compile", "graphCapture", "engineInit", "firstCompletion");

    private RateNames() {}

    /** The name for people; the key itself where there is none. */
    static String of(String key) {
        Matcher endpoint = ENDPOINT.matcher(key);
        if (endpoint.matches()) {
            return "requests to endpoint " + endpoint.group(1);
        }
        return startUpPart(key)
                .map(part -> "start-up: " + part + ", s")
                .orElseGet(() -> NAMES.getOrDefault(key, key));
    }

    /** The value in the unit that its name says. */
    static String value(String key, double value) {
        return SHARES.contains(key) ? Show.percent(value) : Show.number(value);
    }

    /** Which part of the start-up took the time, if that is what the key says. */
    static Optional<String> startUpPart(String key) {
        if (!key.startsWith(START_UP) || !key.endsWith(SECONDS)) {
            return Optional.empty();
        }
        return Optional.of(part(key).replaceAll("(?=[A-Z])", " ").toLowerCase(Locale.ROOT));
    }

    /** Parts of the start-up in the order in which they happen; what is not known comes last. */
    static int order(String key) {
        int at = startUpPart(key).isPresent() ? PARTS.indexOf(part(key)) : -1;
        return at < 0 ? PARTS.size() : at;
    }

    private static String part(String key) {
        return key.substring(START_UP.length(), key.length() - SECONDS.length());
    }
}
