package dev.shakedown.harness.cluster.ray;

import java.util.Locale;

/** Where a job stands. */
public enum JobStatus {
    PENDING,
    RUNNING,
    STOPPED,
    SUCCEEDED,
    FAILED,
    /** A state that this client does not know; not taken for an end. */
    UNKNOWN;

    /** The job will not change any more. */
    public boolean terminal() {
        return this == STOPPED || this == SUCCEEDED || this == FAILED;
    }

    static JobStatus of(String text) {
        for (JobStatus status : values()) {
            if (status.name().equals(text.toUpperCase(Locale.ROOT))) {
                return status;
            }
        }
        return UNKNOWN;
    }
}
