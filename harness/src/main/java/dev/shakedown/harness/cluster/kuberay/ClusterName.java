package dev.shakedown.harness.cluster.kuberay;

import java.util.Locale;

/**
 * What a run's RayCluster is called: {@code sd-<scenario>-<6 hex>}. KubeRay accepts a longer name
 * and then never acts on it, for the names of services are made from it.
 */
record ClusterName(String value) {
    static final int MOST = 53;
    private static final String PREFIX = "sd-";
    private static final int TIME_AND_DASH = "20260101T000000Z-".length();

    ClusterName {
        if (value.length() > MOST || !value.matches("[a-z]([a-z0-9-]*[a-z0-9])?")) {
            throw new IllegalArgumentException(
                    "\"%s\" cannot be the name of a RayCluster: at most %d of a-z, 0-9 and -"
                            .formatted(value, MOST));
        }
    }

    /** Of two runs never the same: the end of the id is random. */
    static ClusterName ofRun(String runId) {
        String scenario =
                runId.matches("[0-9]{8}T[0-9]{6}Z-.*") ? runId.substring(TIME_AND_DASH) : runId;
        String plain = scenario.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        int room = MOST - PREFIX.length();
        String end = plain.length() > room ? plain.substring(plain.length() - room) : plain;
        return new ClusterName(PREFIX + end.replaceAll("^-+|-+$", ""));
    }

    /** The Secret with Ray's token. */
    String secret() {
        return value + "-token";
    }
}
