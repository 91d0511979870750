package dev.shakedown.harness.cluster.process;

import java.util.List;

/**
 * What a run left behind whose Shakedown process is gone.
 *
 * @param processes one line each; may be empty where only files are left
 */
public record Leftover(String runId, String runDirectory, List<String> processes) {
    public Leftover {
        processes = List.copyOf(processes);
    }
}
