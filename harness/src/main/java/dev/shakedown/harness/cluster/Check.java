package dev.shakedown.harness.cluster;

/**
 * One thing that preflight looked at.
 *
 * @param next what to do about it; empty where there is nothing to do
 */
public record Check(String name, Verdict verdict, String detail, String next) {

    /** FAILED stops the run; SKIPPED says why it could not be checked. */
    public enum Verdict {
        OK,
        WARN,
        FAILED,
        SKIPPED
    }
}
