package dev.shakedown.harness.cluster.gpu;

import java.time.Duration;

/** Something that can tell of a cluster's GPUs. It starts nothing before the first read. */
public interface GpuSource extends AutoCloseable {

    /** As the run names it. */
    String name();

    /** How often it has something new. */
    default Duration period() {
        return Duration.ofSeconds(1);
    }

    /** What is new since the last call; takes a few seconds at most and throws nothing. */
    GpuReadings read();

    /** Ends what it started. */
    @Override
    void close();
}
