package dev.shakedown.harness.cluster.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.ScenarioFile;
import dev.shakedown.harness.scenario.ScenarioLoader;
import dev.shakedown.harness.scenario.SshSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlurmAllocationTest {
    @TempDir Path folder;

    @Test
    void takesTheFirstHostsAndTheEndOfTheAllocation() throws Exception {
        Scenario placed =
                new SlurmAllocation(
                                slurm(
                                        "printf 'gpu07\\ngpu08\\ngpu09\\n'",
                                        Map.of("SLURM_JOB_END_TIME", "1800000000")))
                        .place(asksForSlurm());

        assertThat(((SshSpec) placed.provider()).hosts()).containsExactly("gpu07", "gpu08");
        assertThat(placed.lentUntil()).contains(Instant.ofEpochSecond(1_800_000_000));
        assertThat(Files.readString(folder.resolve("asked")))
                .isEqualTo("show hostnames gpu[07-09]\n");
        assertThat(placed.resolved().get("ssh")).asString().contains("hosts=slurm");
    }

    @Test
    void olderSlurmSaysItsEndThroughSqueue() throws Exception {
        Map<String, String> env = slurm("printf 'a\\nb\\n'", Map.of("SLURM_JOB_ID", "17"));
        tool("squeue", "[ \"$2\" = --jobs=17 ] && echo 2026-11-26T18:30:00");

        assertThat(new SlurmAllocation(env).place(asksForSlurm()).lentUntil())
                .contains(
                        LocalDateTime.of(2026, 11, 26, 18, 30)
                                .atZone(ZoneId.systemDefault())
                                .toInstant());
    }

    @Test
    void anAllocationMayHaveNoEnd() throws Exception {
        Map<String, String> env = slurm("printf 'a\\nb\\n'", Map.of("SLURM_JOB_ID", "17"));
        tool("squeue", "echo N/A");

        assertThat(new SlurmAllocation(env).place(asksForSlurm()).lentUntil()).isEmpty();
    }

    @Test
    void squeueThatFailsOrWarnsDoesNotHinder() throws Exception {
        Map<String, String> env = slurm("printf 'a\\nb\\n'", Map.of("SLURM_JOB_ID", "17"));
        tool("squeue", "echo 'slurm_load_jobs error: timed out' >&2; exit 1");
        assertThat(new SlurmAllocation(env).place(asksForSlurm()).lentUntil()).isEmpty();

        tool("squeue", "echo 'warning: slow' >&2; echo 2026-11-26T18:30:00");
        assertThat(new SlurmAllocation(env).place(asksForSlurm()).lentUntil()).isPresent();
    }

    @Test
    void warningOfSlurmIsNoHost() throws Exception {
        Scenario placed =
                new SlurmAllocation(slurm("echo 'sinfo: warning' >&2; printf 'a\\nb\\n'", Map.of()))
                        .place(asksForSlurm());

        assertThat(((SshSpec) placed.provider()).hosts()).containsExactly("a", "b");
    }

    @Test
    void whatCannotBeAHostIsRefused() throws Exception {
        SlurmAllocation odd =
                new SlurmAllocation(slurm("printf 'a\\n-oProxyCommand=x\\n'", Map.of()));
        Scenario scenario = asksForSlurm();

        assertThatThrownBy(() -> odd.place(scenario))
                .isInstanceOfSatisfying(
                        StepFailedException.class,
                        e -> assertThat(e.evidence()).containsExactly("-oProxyCommand=x"));
    }

    @Test
    void usesTheGpusThatTheAllocationHas() throws Exception {
        Scenario placed =
                new SlurmAllocation(
                                sharing(
                                        "     Nodes=a,b CPU_IDs=0-7 Mem=0 GRES=gpu:h100:3(IDX:2,4-5)"))
                        .place(asksForSlurm());

        assertThat(((SshSpec) placed.provider()).gpus()).containsExactly(2, 4);
    }

    @Test
    void refusesAnAllocationWithTooFewOrOtherGpus() throws Exception {
        Scenario scenario = asksForSlurm();
        SlurmAllocation few =
                new SlurmAllocation(sharing("  Nodes=a,b CPU_IDs=0 Mem=0 GRES=gpu:1(IDX:3)"));
        assertThatThrownBy(() -> few.place(scenario))
                .hasMessageContaining("has 1 GPUs of each host, cluster.gpusPerNode is 2");

        SlurmAllocation differs =
                new SlurmAllocation(
                        sharing(
                                "  Nodes=a CPU_IDs=0 Mem=0 GRES=gpu:2(IDX:0-1)",
                                "  Nodes=b CPU_IDs=0 Mem=0 GRES=gpu:2(IDX:2-3)"));
        assertThatThrownBy(() -> differs.place(scenario))
                .hasMessageContaining("other GPUs on one host than on another");
    }

    /** A step that Slurm confines to GPUs 4 and 5 calls them 0 and 1. */
    @Test
    void stepsOfTheAllocationSayHowTheirGpusAreCalledThere() throws Exception {
        Map<String, String> env =
                sharing("     Nodes=a,b CPU_IDs=0-7 Mem=0 GRES=gpu:h100:2(IDX:4-5)");
        env.put("SLURM_GPUS", "4");
        tool(
                "srun",
                "[ -z \"$SLURM_GPUS\" ] || exit 9; echo \"$@\" >> '%s/steps'; echo 0,1"
                        .formatted(folder));

        SshSpec placed = (SshSpec) new SlurmAllocation(env).place(asksForSlurm("srun")).provider();

        assertThat(placed.gpus()).containsExactly(0, 1);
        assertThat(placed.slurm().orElseThrow().gpus()).isEqualTo(2);
        assertThat(Files.readAllLines(folder.resolve("steps")))
                .hasSize(2)
                .allMatch(line -> line.contains("--jobid=17") && line.contains("--gres=gpu:2"));
    }

    @Test
    void stepsNeedTheNumberOfTheAllocation() throws Exception {
        Scenario scenario = asksForSlurm("srun");
        SlurmAllocation numberless = new SlurmAllocation(slurm("printf 'a\\nb\\n'", Map.of()));

        assertThatThrownBy(() -> numberless.place(scenario))
                .hasMessageContaining("SLURM_JOB_ID is not set");
    }

    @Test
    void allocationWithoutCountedGpusLeavesTheChoiceToTheScenario() throws Exception {
        Scenario placed =
                new SlurmAllocation(sharing("  Nodes=a,b CPU_IDs=0-7 Mem=0 GRES="))
                        .place(asksForSlurm());

        assertThat(((SshSpec) placed.provider()).gpus()).isEmpty();
    }

    @Test
    void saysThatThereIsNoAllocation() throws Exception {
        Scenario scenario = asksForSlurm();

        assertThatThrownBy(() -> new SlurmAllocation(Map.of()).place(scenario))
                .isInstanceOfSatisfying(
                        StepFailedException.class,
                        e -> {
                            assertThat(e.what()).contains("SLURM_JOB_NODELIST is not set");
                            assertThat(e.next()).contains("salloc").contains("list the hosts");
                        });
    }

    @Test
    void saysThatTheAllocationIsTooSmall() throws Exception {
        SlurmAllocation one = new SlurmAllocation(slurm("echo gpu07", Map.of()));
        Scenario scenario = asksForSlurm();

        assertThatThrownBy(() -> one.place(scenario))
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining("has 1 hosts, cluster.nodes is 2");
    }

    @Test
    void saysWhatSlurmSaid() throws Exception {
        SlurmAllocation broken =
                new SlurmAllocation(slurm("echo 'Invalid hostlist' >&2; exit 1", Map.of()));
        Scenario scenario = asksForSlurm();

        assertThatThrownBy(() -> broken.place(scenario))
                .isInstanceOfSatisfying(
                        StepFailedException.class,
                        e -> assertThat(e.evidence()).containsExactly("Invalid hostlist"));
    }

    private Map<String, String> slurm(String scontrol, Map<String, String> more)
            throws IOException {
        tool("scontrol", "echo \"$@\" > '%s/asked'; ".formatted(folder) + scontrol);
        Map<String, String> env = new HashMap<>(more);
        env.put("PATH", folder + ":/usr/bin:/bin");
        env.put("SLURM_JOB_NODELIST", "gpu[07-09]");
        return env;
    }

    private Map<String, String> sharing(String... details) throws IOException {
        return slurm(
                "[ \"$2\" = job ] && printf '%%s\\n' '%s' || printf 'a\\nb\\n'"
                        .formatted(String.join("' '", details)),
                Map.of("SLURM_JOB_ID", "17", "SLURM_JOB_END_TIME", "1800000000"));
    }

    private void tool(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Scenario asksForSlurm() throws IOException {
        return asksForSlurm("ssh");
    }

    private Scenario asksForSlurm(String launcher) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("s.yaml"),
                        """
                        schemaVersion: 1
                        name: s
                        question: Do the hosts come up?
                        cluster: { provider: ssh, nodes: 2, gpusPerNode: 2 }
                        ssh: { hosts: slurm, launcher: %s }
                        """
                                .formatted(launcher));
        ScenarioFile read = ScenarioLoader.load(file, List.of());
        assertThat(read).isInstanceOf(ScenarioFile.Loaded.class);
        return ((ScenarioFile.Loaded) read).scenarios().getFirst();
    }
}
