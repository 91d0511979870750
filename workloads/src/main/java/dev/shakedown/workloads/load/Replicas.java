package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.Endpoint;
import java.util.List;

/**
 * The servers of one model that share a load.
 *
 * @param endpoints at least one
 */
public record Replicas(List<Endpoint> endpoints, Balance balance) {
    public Replicas {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("a load needs an endpoint");
        }
        endpoints = List.copyOf(endpoints);
    }

    /** A server that has the load for itself. */
    public static Replicas only(Endpoint endpoint) {
        return new Replicas(List.of(endpoint), Balance.ROUND_ROBIN);
    }

    /** Whether there is a choice. */
    boolean several() {
        return endpoints.size() > 1;
    }
}
