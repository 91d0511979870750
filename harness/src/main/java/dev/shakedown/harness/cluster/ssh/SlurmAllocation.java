package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.InParallel;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SshSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The Slurm allocation that Shakedown was started in, by {@code salloc} or in an {@code sbatch}
 * script. Slurm's own tools are asked: they are where an allocation is.
 */
public final class SlurmAllocation {
    private static final int PATIENCE_SECONDS = 20;
    private static final String HOW = "salloc -N 2 --exclusive, then shakedown inside it";

    private final Map<String, String> env;

    /**
     * @param env of this process, where Slurm names the allocation
     */
    public SlurmAllocation(Map<String, String> env) {
        this.env = Map.copyOf(env);
    }

    /**
     * The scenario on the allocation's first hosts, if it says {@code ssh.hosts: slurm}; else as it
     * is.
     *
     * @throws StepFailedException if there is no allocation here, or too small a one
     */
    public Scenario place(Scenario scenario) {
        return scenario.provider() instanceof SshSpec ssh && ssh.slurm().isPresent()
                ? place(scenario, ssh, ssh.slurm().get().launcher())
                : scenario;
    }

    private Scenario place(Scenario scenario, SshSpec ssh, SshSpec.Launcher launcher) {
        int wanted = scenario.cluster().nodes();
        List<String> hosts = hosts(launcher);
        if (hosts.size() < wanted) {
            throw new StepFailedException(
                    "the Slurm allocation has %d hosts, cluster.nodes is %d"
                            .formatted(hosts.size(), wanted),
                    "",
                    List.of(String.join(" ", hosts)),
                    "salloc -N %d, or lower cluster.nodes".formatted(wanted));
        }
        List<String> used = hosts.subList(0, wanted);
        SlurmGpus gpus = SlurmGpus.ofJob(details());
        SshSpec.Slurm allocation = new SshSpec.Slurm(launcher, job(), gpus.least(), end());
        if (allocation.bySrun() && gpus.least() > 0) {
            gpus = inSteps(used, allocation);
        }
        List<Integer> chosen = gpus.choose(ssh.gpus(), scenario.cluster().gpusPerNode());
        return scenario.on(ssh.in(used, chosen, allocation));
    }

    private String job() {
        return env.getOrDefault("SLURM_JOB_ID", "");
    }

    /** Where Slurm confines a step to its GPUs, they have other indexes inside it. */
    private SlurmGpus inSteps(List<String> hosts, SshSpec.Slurm allocation) {
        Srun srun = new Srun(allocation.job(), allocation.gpus());
        return SlurmGpus.ofSteps(
                InParallel.all(
                        hosts,
                        host -> {
                            List<String> argv = new ArrayList<>(srun.argv(new SshHost(host, srun)));
                            argv.addAll(List.of("sh", "-c", "echo \"$CUDA_VISIBLE_DEVICES\""));
                            return String.join(",", ask(srun::clean, argv));
                        }));
    }

    /** What Slurm gave, host by host; nothing where this is no job of its own. */
    private List<String> details() {
        String job = job();
        return job.isEmpty() ? List.of() : ask("scontrol", "show", "job", "-d", job);
    }

    private List<String> hosts(SshSpec.Launcher launcher) {
        String packed = env.getOrDefault("SLURM_JOB_NODELIST", "");
        if (packed.isBlank() || (job().isEmpty() && launcher == SshSpec.Launcher.SRUN)) {
            throw new StepFailedException(
                    "ssh.hosts is slurm, but there is no Slurm allocation here: %s is not set"
                            .formatted(packed.isBlank() ? "SLURM_JOB_NODELIST" : "SLURM_JOB_ID"),
                    "",
                    List.of(),
                    HOW + "; or list the hosts");
        }
        List<String> names = ask("scontrol", "show", "hostnames", packed);
        names.stream()
                .filter(name -> !SshSpec.HOST.matcher(name).matches())
                .findFirst()
                .ifPresent(SlurmAllocation::noHost);
        return names;
    }

    private static void noHost(String name) {
        throw new StepFailedException(
                "Slurm named a host that is none", "", List.of(name), "list the hosts");
    }

    /** Newer Slurms say it in the environment; {@code squeue} prints the cluster's local time. */
    private Optional<Instant> end() {
        String seconds = env.getOrDefault("SLURM_JOB_END_TIME", "");
        if (seconds.matches("[0-9]{1,12}")) {
            return Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds)));
        }
        String job = env.getOrDefault("SLURM_JOB_ID", "");
        try {
            return ask("squeue", "--noheader", "--jobs=" + job, "--format=%e").stream()
                    .findFirst()
                    .flatMap(SlurmAllocation::time);
        } catch (StepFailedException unknown) {
            // A busy controller must not hinder a run that ends long before its allocation does.
            return Optional.empty();
        }
    }

    /** Empty for {@code NONE}, {@code N/A} and {@code UNLIMITED}. */
    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(
                    LocalDateTime.parse(text.strip()).atZone(ZoneId.systemDefault()).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private List<String> ask(String... argv) {
        return ask(_ -> {}, List.of(argv));
    }

    /**
     * The lines that one of Slurm's tools prints.
     *
     * @param clean changes the environment that it gets
     */
    private List<String> ask(Consumer<Map<String, String>> clean, List<String> argv) {
        try {
            Process process = start(clean, argv);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw unanswered(argv, "no answer within %d s".formatted(PATIENCE_SECONDS));
            }
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                String errors =
                        new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
                throw unanswered(argv, errors + said);
            }
            return said.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        } catch (IOException e) {
            throw unanswered(argv, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unanswered(argv, "interrupted");
        }
    }

    /** {@code env} looks on the PATH that this allocation's environment has. */
    private Process start(Consumer<Map<String, String>> clean, List<String> argv)
            throws IOException {
        List<String> found = new ArrayList<>(List.of("/usr/bin/env"));
        found.addAll(argv);
        ProcessBuilder builder = new ProcessBuilder(found);
        builder.environment().putAll(env);
        clean.accept(builder.environment());
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private static StepFailedException unanswered(List<String> argv, String said) {
        return new StepFailedException(
                "Slurm did not say what the allocation has",
                "",
                said.lines().limit(4).toList(),
                "try by hand: " + String.join(" ", argv) + "; or list the hosts");
    }
}
