package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.StepFailedException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What srun's own words mean, and what to do about them. */
final class SrunTrouble {
    private record Case(String words, String what, String next) {}

    /** Not srun's "Expired or invalid job", which it also says where it could not ask. */
    private static final List<String> OVER =
            List.of("invalid job id specified", "has expired", "already completing or completed");

    private static final List<Case> CASES =
            List.of(
                    new Case(
                            "generic resource",
                            "the allocation has not the GPUs there that it was said to have",
                            "scontrol show job -d %2$s"),
                    new Case(
                            "node configuration is not available",
                            "the host is not in the Slurm allocation",
                            "scontrol show job %2$s; scontrol show node %1$s"),
                    new Case(
                            "node not available",
                            "Slurm has the host down, drained or reserved",
                            "scontrol show node %1$s"),
                    new Case("node failure", "Slurm lost the host", "scontrol show node %1$s"),
                    new Case(
                            "establish a configuration source",
                            "srun finds no configuration of Slurm here",
                            "run this where salloc and srun work, with the same SLURM_CONF"),
                    new Case(
                            "authentication error",
                            "Slurm does not know who asks",
                            "try by hand: munge -n | unmunge"),
                    new Case(
                            "unable to contact slurm controller",
                            "Slurm's controller does not answer",
                            "try by hand: scontrol ping"),
                    new Case(
                            "access/permission denied",
                            "the Slurm allocation is another user's",
                            "squeue --jobs=%2$s"));

    /** Lines that say nothing of a failure. */
    private static final String NOISE = "lacks support for cpu binding";

    private SrunTrouble() {}

    static StepFailedException of(Srun srun, SshHost host, String errors) {
        if (over(errors)) {
            return failed(
                    host,
                    errors,
                    "the Slurm allocation %s has ended, and with it all that ran in it"
                            .formatted(srun.job()),
                    "salloc, and run again inside it");
        }
        String text = errors.toLowerCase(Locale.ROOT);
        Optional<Case> known = CASES.stream().filter(c -> text.contains(c.words())).findFirst();
        return failed(
                host,
                errors,
                known.map(Case::what).orElse("srun could not start a step"),
                known.map(Case::next)
                        .orElse("try by hand: " + String.join(" ", host.argv()) + " true")
                        .formatted(host.name(), srun.job()));
    }

    /** Whether a failure says that there is no such allocation any more. */
    static boolean over(StepFailedException failure) {
        return over(String.join("\n", failure.evidence()));
    }

    private static boolean over(String errors) {
        String text = errors.toLowerCase(Locale.ROOT);
        return text.contains("srun: ") && OVER.stream().anyMatch(text::contains);
    }

    private static StepFailedException failed(
            SshHost host, String errors, String what, String next) {
        List<String> evidence =
                errors.lines()
                        .filter(line -> !line.isBlank() && !line.contains(NOISE))
                        .limit(6)
                        .toList();
        return new StepFailedException(what, host.name(), evidence, next);
    }
}
