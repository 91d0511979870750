package dev.shakedown.workloads.measure;

/** Which part of the load a request was intended in. */
public enum Phase {
    WARM_UP("warmup/"),
    MEASURE("");

    private final String tagPrefix;

    Phase(String tagPrefix) {
        this.tagPrefix = tagPrefix;
    }

    /** What stands before a metric's key in a histogram tag. */
    String tagPrefix() {
        return tagPrefix;
    }
}
