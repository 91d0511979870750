package dev.shakedown.harness.scenario;

/** Whether the client is measured against an exact server first ({@code load.calibration}). */
public enum Calibration {
    /** For every load that starts here, but on a simulated cluster: that is for trying things. */
    AUTO,
    ON,
    OFF;

    /** As a scenario file has it. */
    String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
