package dev.shakedown.workloads.fabric;

import dev.shakedown.workloads.job.PythonFiles;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The fabric job as Ray is asked to run it.
 *
 * @param timeout after which the job ends itself with a reason
 */
public record FabricJob(int nodes, int gpusPerNode, Duration timeout) {
    private static final String MAIN = "fabric_job.py";

    public FabricJob {
        if (nodes < 1 || gpusPerNode < 1 || timeout.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "a fabric job needs nodes, GPUs and a timeout of at least 1 s");
        }
    }

    /** The command, to be run in a folder that holds {@link #files}. */
    public List<String> argv() {
        return List.of(
                "python",
                "-u",
                MAIN,
                "--nodes",
                Integer.toString(nodes),
                "--gpus-per-node",
                Integer.toString(gpusPerNode),
                "--timeout",
                Long.toString(timeout.toSeconds()));
    }

    /** As one shell line: no argument needs quoting. */
    public String entrypoint() {
        return String.join(" ", argv());
    }

    /** The program: text by file name, all in one folder. */
    public static Map<String, String> files() {
        return PythonFiles.of(FabricJob.class, List.of(MAIN, "fabric_rank.py"));
    }
}
