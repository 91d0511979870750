package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.StepFailedException;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which GPUs of its hosts an allocation has. Over ssh nothing confines a process to them: the first
 * ones of a host that is shared may be another's.
 *
 * @param details what {@code scontrol show job -d} prints
 */
record SlurmGpus(Supplier<List<String>> details) {
    private static final Pattern HOSTS = Pattern.compile("^Nodes=(\\S+) .*GRES=(\\S+)");
    private static final Pattern INDEXES =
            Pattern.compile("gpu[^,()]*\\(IDX:([0-9]+(?:-[0-9]+)?(?:,[0-9]+(?:-[0-9]+)?)*)\\)");

    /**
     * The indexes to use on each host: those of the scenario, else the allocation's; empty where
     * Slurm does not count GPUs.
     *
     * @throws StepFailedException if the allocation has too few, others, or not the same everywhere
     */
    List<Integer> choose(List<Integer> asked, int perHost) {
        List<String> lines = details.get();
        List<List<Integer>> has =
                lines.stream()
                        .map(HOSTS::matcher)
                        .filter(Matcher::find)
                        .map(SlurmGpus::of)
                        .toList();
        if (has.stream().allMatch(List::isEmpty)) {
            return asked;
        }
        if (has.stream().distinct().count() > 1
                && !has.stream().allMatch(one -> fits(asked, one))) {
            throw refused("other GPUs on one host than on another", lines);
        }
        List<Integer> first = has.getFirst();
        if (!asked.isEmpty() && !first.containsAll(asked)) {
            throw refused("GPUs %s of each host, ssh.gpus is %s".formatted(first, asked), lines);
        }
        if (first.size() < perHost) {
            throw refused(
                    "%d GPUs of each host, cluster.gpusPerNode is %d"
                            .formatted(first.size(), perHost),
                    lines);
        }
        return asked.isEmpty() ? first.subList(0, perHost) : asked;
    }

    private static boolean fits(List<Integer> asked, List<Integer> has) {
        return !asked.isEmpty() && has.containsAll(asked);
    }

    private static List<Integer> of(Matcher host) {
        return INDEXES.matcher(host.group(2))
                .results()
                .flatMap(found -> Stream.of(found.group(1).split(",", -1)))
                .flatMapToInt(SlurmGpus::range)
                .sorted()
                .boxed()
                .toList();
    }

    private static IntStream range(String text) {
        String[] ends = text.split("-", -1);
        return IntStream.rangeClosed(
                Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }

    private static StepFailedException refused(String what, List<String> lines) {
        return new StepFailedException(
                "the Slurm allocation has " + what,
                "",
                lines.stream().filter(line -> line.startsWith("Nodes=")).limit(8).toList(),
                "salloc --exclusive, or --gpus-per-node; then ssh.gpus may stay out");
    }
}
