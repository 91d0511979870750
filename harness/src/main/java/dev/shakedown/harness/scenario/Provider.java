package dev.shakedown.harness.scenario;

/** How nodes come up. */
public enum Provider {
    SIMULATED("simulated"),
    LOCAL("local"),
    SSH("ssh"),
    KUBERAY("kuberay"),
    ATTACH("attach");

    private final String key;

    Provider(String key) {
        this.key = key;
    }

    /** Its name in a scenario file. */
    public String key() {
        return key;
    }
}
