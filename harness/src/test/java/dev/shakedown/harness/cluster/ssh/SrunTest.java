package dev.shakedown.harness.cluster.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.StepFailedException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What srun is told, and its words as Slurm 22.05 writes them. */
class SrunTest {
    private static final Srun SRUN = new Srun("17", 8);
    private static final SshHost HOST = new SshHost("gpu07", SRUN);

    @Test
    void stepIsOneTaskOnOneHostWithAllThatTheAllocationHasThere() {
        assertThat(SRUN.argv(HOST, Path.of("/tmp"), "echo hi"))
                .startsWith("setsid", "srun", "--jobid=17", "--overlap")
                .contains("--nodelist=gpu07", "--gres=gpu:8", "--mem=0", "--cpu-bind=none")
                .endsWith("sh", "-c", "echo hi");
        assertThat(new Srun("17", 0).argv(HOST)).contains("--gres=none");
    }

    @Test
    void whatSallocWasToldForAllNodesIsNotToldToAStep() {
        Map<String, String> env = new HashMap<>();
        env.put("SLURM_GPUS", "16");
        env.put("SRUN_CPUS_PER_TASK", "4");
        env.put("SLURM_CONF", "/etc/slurm/slurm.conf");
        env.put("PATH", "/bin");

        SRUN.clean(env);

        assertThat(env)
                .containsOnlyKeys("SLURM_CONF", "PATH", "SLURM_EXIT_ERROR")
                .containsEntry("SLURM_EXIT_ERROR", "255");
    }

    @Test
    void allocationThatHasEndedIsKnownAsEnded() {
        StepFailedException over =
                SRUN.trouble(
                        HOST,
                        """
                        srun: error: Slurm job 17 has expired
                        srun: Check SLURM_JOB_ID environment variable. Expired or invalid job 17
                        """);

        assertThat(over.what()).contains("allocation 17 has ended");
        assertThat(SrunTrouble.over(over)).isTrue();
    }

    /** Else a run that nobody could ask about would be struck off the list of what is left. */
    @Test
    void slurmThatCannotBeAskedIsNoEndOfAnAllocation() {
        StepFailedException unasked =
                SRUN.trouble(
                        HOST,
                        """
                        srun: cluster configuration lacks support for cpu binding
                        srun: error: Unable to confirm allocation for job 17: Protocol authentication error
                        srun: Check SLURM_JOB_ID environment variable. Expired or invalid job 17
                        """);

        assertThat(SrunTrouble.over(unasked)).isFalse();
        assertThat(unasked.what()).isEqualTo("Slurm does not know who asks");
        assertThat(unasked.evidence()).hasSize(2);
    }

    @Test
    void failureOfSrunIsToldFromOneOfTheCommand() {
        assertThat(SRUN.isOwn(7, "srun: error: gpu07: task 0: Exited with exit code 7")).isFalse();
        assertThat(SRUN.isOwn(255, "")).isTrue();
        String nowhere = "srun: fatal: Could not establish a configuration source";
        assertThat(SRUN.isOwn(1, nowhere)).isTrue();
        assertThat(SRUN.trouble(HOST, nowhere).what()).contains("no configuration of Slurm");
    }

    @Test
    void hostThatIsNotInTheAllocationIsNamed() {
        StepFailedException refused =
                SRUN.trouble(
                        HOST,
                        "srun: error: Unable to create step for job 17: Requested node configuration is not available");

        assertThat(refused.what()).isEqualTo("the host is not in the Slurm allocation");
        assertThat(refused.next()).contains("scontrol show job 17", "scontrol show node gpu07");
    }
}
