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

    /**
     * A Slurm allocation that the hosts come from.
     *
     * @param end when Slurm ends it; absent: not known yet, or never
     */
    public record Slurm(Optional<Instant> end) {}

    public SshSpec {
        hosts = List.copyOf(hosts);
        gpus = List.copyOf(gpus);
    }

    /** With the hosts, their GPUs and the end of the allocation that this process runs in. */
    public SshSpec in(List<String> allocated, List<Integer> allocatedGpus, Optional<Instant> end) {
        return new SshSpec(
                allocated,
                Optional.of(new Slurm(end)),
                user,
                configFile,
                python,
                networkInterface,
                allocatedGpus,
                portBase,
                container);
    }
}
