package dev.shakedown.workloads.smoke;

import dev.shakedown.workloads.job.PythonFiles;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The Pi job as Ray is asked to run it.
 *
 * @param samplesPerTask one task a GPU
 * @param burnSeconds how long each GPU multiplies matrices; 0 leaves it out
 * @param matrixSize rows and columns of the square matrices on a CUDA device
 * @param timeout after which the job ends itself with a reason
 */
public record PiJob(
        long samplesPerTask,
        int burnSeconds,
        int matrixSize,
        int nodes,
        int gpusPerNode,
        Duration timeout) {
    private static final String MAIN = "pi_job.py";

    public PiJob {
        if (samplesPerTask < 1 || nodes < 1 || gpusPerNode < 1 || timeout.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "a Pi job needs samples, nodes, GPUs and a timeout of at least 1 s");
        }
    }

    /** The command, to be run in a folder that holds {@link #files}. */
    public List<String> argv() {
        return List.of(
                "python",
                "-u",
                MAIN,
                "--samples-per-task",
                Long.toString(samplesPerTask),
                "--burn-seconds",
                Integer.toString(burnSeconds),
                "--matrix-size",
                Integer.toString(matrixSize),
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
        return PythonFiles.of(PiJob.class, List.of(MAIN, "pi_work.py"));
    }
}
