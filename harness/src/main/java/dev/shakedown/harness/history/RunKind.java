package dev.shakedown.harness.history;

/**
 * What must be equal for runs to have a level in common.
 *
 * @param simulated how, for people; empty for real hardware
 */
record RunKind(String scenario, String hash, String gpu, String simulated) {
    static RunKind of(IndexedRun run) {
        boolean virtual = "virtual".equals(run.fingerprint().get("clock"));
        String mark = virtual ? "SIMULATED on a virtual clock" : "SIMULATED";
        return new RunKind(
                run.scenario(), run.scenarioHash(), run.gpu(), run.simulated() ? mark : "");
    }

    String on() {
        return (gpu.isEmpty() ? "" : gpu + ", ") + "scenario " + hash;
    }
}
