package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.StepFailedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Steps of a Slurm allocation, for clusters whose nodes take no ssh. A step is given the
 * allocation's number, so that it starts from any shell that has Slurm's tools while the allocation
 * lasts.
 *
 * @param job number of the allocation
 * @param gpus of a host that a step gets; 0: none
 */
record Srun(String job, int gpus) implements Launcher {
    static final String NAME = "srun";

    /**
     * All that the allocation has on the host, and nothing of this machine's limits:
     *
     * <ul>
     *   <li>{@code --overlap}: steps share CPUs, memory and GPUs with each other; without it a step
     *       waits for the one that Ray runs in.
     *   <li>{@code --cpu-bind=none}, {@code --mem=0}: one task, but all cores and all memory; by
     *       default one task may be bound to one core.
     *   <li>{@code --propagate=NONE}: limits as slurmd has them there. A login node's would come
     *       along, and its open files and locked memory are few.
     *   <li>{@code --mpi=none}: no PMI, whose variables an MPI in Ray's workers would follow.
     *   <li>no {@code --unbuffered}: that is a terminal, which changes what a program prints.
     * </ul>
     */
    private static final List<String> OPTIONS =
            List.of(
                    "--overlap",
                    "--nodes=1",
                    "--ntasks=1",
                    "--cpu-bind=none",
                    "--mem=0",
                    "--mpi=none",
                    "--propagate=NONE",
                    "--chdir=/",
                    "--export=ALL",
                    "--quiet");

    /** Where Slurm is, not what a step asks for. */
    private static final List<String> KEPT = List.of("SLURM_CONF", "SLURM_JWT");

    @Override
    public String program() {
        return NAME;
    }

    @Override
    public List<String> argv(SshHost host) {
        List<String> argv = new ArrayList<>(options());
        argv.add("--nodelist=" + host.name());
        return argv;
    }

    /** All but the host. */
    List<String> options() {
        List<String> argv = new ArrayList<>(List.of(NAME, "--jobid=" + job));
        argv.addAll(OPTIONS);
        // Said in any case: without it a step gets none where --exclusive alone gave them to the
        // allocation, and wants all of
        // them on its one host where salloc had --gpus.
        argv.add(gpus > 0 ? "--gres=gpu:" + gpus : "--gres=none");
        return argv;
    }

    /** {@code step HOST COMMAND} for bash, as {@link #clean} would have it. */
    String function() {
        return "step() { ( for v in ${!SLURM_@} ${!SRUN_@}; do case $v in %s) ;; *) unset $v ;; esac; done; exec %s --nodelist=\"$1\" sh -c \"$2\" ); }"
                .formatted(String.join("|", KEPT), String.join(" ", options()));
    }

    /** In a session of its own: Ctrl-C and a closed terminal are Shakedown's to answer. */
    @Override
    public List<String> argv(SshHost host, Path sockets, String command) {
        List<String> argv = new ArrayList<>(List.of("setsid"));
        argv.addAll(argv(host));
        argv.addAll(List.of("sh", "-c", command));
        return argv;
    }

    @Override
    public List<String> farewell(SshHost host, Path sockets) {
        return List.of();
    }

    /** What salloc was told for all nodes, {@code SLURM_GPUS=16}, is too much for one. */
    @Override
    public void clean(Map<String, String> environment) {
        environment
                .keySet()
                .removeIf(
                        name ->
                                (name.startsWith("SLURM_") || name.startsWith("SRUN_"))
                                        && !KEPT.contains(name));
        environment.put("SLURM_EXIT_ERROR", String.valueOf(FAILED));
    }

    /** Without a configuration it knows of no {@code SLURM_EXIT_ERROR} either. */
    @Override
    public boolean isOwn(int status, String errors) {
        return status == FAILED || errors.contains("srun: fatal: ");
    }

    @Override
    public StepFailedException trouble(SshHost host, String errors) {
        return SrunTrouble.of(this, host, errors);
    }

    @Override
    public Optional<String> address(SshHost host) {
        return Optional.of(host.name());
    }

    /** By cgroup (proctrack/cgroup), be it in a session of its own or not. */
    @Override
    public boolean endsWhatIsLeft() {
        return true;
    }

    @Override
    public String slurmJob() {
        return job;
    }
}
