package dev.shakedown.reports.render;

import java.util.Map;

/** What metrics are called in a report. */
final class MetricNames {
    private static final String ENDPOINT = "ttft.endpoint";
    private static final Map<String, String> NAMES =
            Map.of(
                    "ttft", "TTFT from sent",
                    "ttft.intended", "TTFT from intended",
                    "ttft.firstTurn", "TTFT of first turns",
                    "ttft.laterTurns", "TTFT of later turns",
                    "tpot", "TPOT",
                    "icl", "ICL (gap between chunks)",
                    "e2e", "E2E from sent",
                    "e2e.intended", "E2E from intended",
                    "sendDelay", "send delay of the client");

    private MetricNames() {}

    /** The name for people; the key itself where there is none. */
    static String of(String key) {
        return key.startsWith(ENDPOINT)
                ? "TTFT of endpoint " + key.substring(ENDPOINT.length())
                : NAMES.getOrDefault(key, key);
    }
}
