package dev.shakedown.workloads.fabric;

import dev.shakedown.workloads.job.PythonFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The fabric job as Ray is asked to run it.
 *
 * @param timeout after which the job ends itself with a reason
 * @param env names of the variables whose values every rank reports
 */
public record FabricJob(int nodes, int gpusPerNode, Duration timeout, List<String> env) {
    private static final String MAIN = "fabric_job.py";

    public FabricJob {
        env = List.copyOf(env);
        if (nodes < 1 || gpusPerNode < 1 || timeout.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "a fabric job needs nodes, GPUs and a timeout of at least 1 s");
        }
    }

    /** The command, to be run in a folder that holds {@link #files}. */
    public List<String> argv() {
        List<String> argv = new ArrayList<>(List.of("python", "-u", MAIN));
        argv.addAll(List.of("--nodes", Integer.toString(nodes)));
        argv.addAll(List.of("--gpus-per-node", Integer.toString(gpusPerNode)));
        argv.addAll(List.of("--timeout", Long.toString(timeout.toSeconds())));
        if (!env.isEmpty()) {
            argv.addAll(List.of("--env", String.join(",", env)));
        }
        return argv;
    }

    /** As one shell line: no argument needs quoting, for the names are those of variables. */
    public String entrypoint() {
        return String.join(" ", argv());
    }

    /** The program: text by file name, all in one folder. */
    public static Map<String, String> files() {
        return PythonFiles.of(FabricJob.class, List.of(MAIN, "fabric_rank.py"));
    }
}
