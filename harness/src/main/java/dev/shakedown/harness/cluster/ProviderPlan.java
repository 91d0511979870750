package dev.shakedown.harness.cluster;

import java.util.List;

/**
 * What a provider would issue, as lines for one shell. Comments begin with {@code #}. {@code up}
 * waits until the nodes are there, and exports {@code RAY_API_SERVER_ADDRESS} where there is a Ray
 * to send jobs to; {@code engine} waits until the engine is healthy.
 */
public record ProviderPlan(List<String> up, List<String> engine, List<String> down) {
    public ProviderPlan {
        up = List.copyOf(up);
        engine = List.copyOf(engine);
        down = List.copyOf(down);
    }

    /** A line that tries a command once a second until it succeeds; its output is thrown away. */
    public static String until(String command) {
        return "until " + command + " >/dev/null 2>&1; do sleep 1; done";
    }
}
