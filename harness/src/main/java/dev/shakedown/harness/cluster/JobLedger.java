package dev.shakedown.harness.cluster;

/** A provider whose Ray lives on: each job there must be known, so that it can be ended. */
public interface JobLedger {

    /** Called before each submit; what it writes down is durable when it returns. */
    void willSubmit(String jobId);
}
