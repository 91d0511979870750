package dev.shakedown.harness.cluster.kuberay;

import java.util.LinkedHashMap;
import java.util.Map;

/** What marks an object as Shakedown's, and as one run's. */
final class Labels {
    static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    static final String RUN = "shakedown.dev/run";
    static final String ROLE = "shakedown.dev/role";
    static final String SHAKEDOWN = "shakedown";
    private static final int MOST = 63;

    private Labels() {}

    static Map<String, String> of(String runId) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(MANAGED_BY, SHAKEDOWN);
        labels.put(RUN, run(runId));
        return labels;
    }

    /** The id's end, which is the random part, where it is too long for a label. */
    static String run(String runId) {
        String end = runId.length() > MOST ? runId.substring(runId.length() - MOST) : runId;
        return end.replaceAll("^[^A-Za-z0-9]+|[^A-Za-z0-9]+$", "");
    }

    static String selector(String runId) {
        return MANAGED_BY + "=" + SHAKEDOWN + "," + RUN + "=" + run(runId);
    }
}
