package dev.shakedown.harness.scenario;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The {@code ssh} block: hosts that the user's OpenSSH reaches, one Ray node each.
 *
 * @param hosts as the user would write them after {@code ssh}; the first becomes the head; empty
 *     with {@code slurm} until the allocation is known
 * @param slurm present for {@code hosts: slurm}
 * @param user absent: as the user's ssh configuration says
 * @param configFile instead of the user's ssh configuration
 * @param python on the hosts: the path of a Python (or of its environment) that has Ray and vLLM
 * @param networkInterface absent ({@code auto}): on each host the one that leads to the others
 * @param gpus indexes of the GPUs to use on each host; empty: the first {@code gpusPerNode}
 * @param portBase first of the block of ports that Ray gets; absent: Ray's usual ones
 * @param container that everything runs in; absent: on the host itself
 */
public record SshSpec(
        List<String> hosts,
        Optional<Slurm> slurm,
        Optional<String> user,
        Optional<Path> configFile,
        String python,
        Optional<String> networkInterface,
        List<Integer> gpus,
        OptionalInt portBase,
        Optional<ContainerSpec> container)
        implements ProviderSpec {
    public static final String AUTO = "auto";
    public static final String DEFAULT_PYTHON = "python3";
    public static final String SLURM = "slurm";

    /** A name or an address that neither a shell nor ssh takes for anything else. */
    public static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,252}");

    /** How commands reach the hosts of an allocation. */
    public enum Launcher {
        SSH,
        SRUN
    }

    /**
     * A Slurm allocation that the hosts come from.
     *
     * @param job its number; empty until it is known
     * @param gpus that it has on each host, at least; 0 where Slurm counts none
     * @param end when Slurm ends it; absent: not known yet, or never
     */
    public record Slurm(Launcher launcher, String job, int gpus, Optional<Instant> end) {
        /** Before anything is known of it. */
        static Slurm unknown(Launcher launcher) {
            return new Slurm(launcher, "", 0, Optional.empty());
        }

        public boolean bySrun() {
            return launcher == Launcher.SRUN;
        }
    }

    public SshSpec {
        hosts = List.copyOf(hosts);
        gpus = List.copyOf(gpus);
    }

    /** With the hosts of an allocation, and their GPUs. */
    public SshSpec in(List<String> allocated, List<Integer> allocatedGpus, Slurm allocation) {
        return new SshSpec(
                allocated,
                Optional.of(allocation),
                user,
                configFile,
                python,
                networkInterface,
                allocatedGpus,
                portBase,
                container);
    }
}
