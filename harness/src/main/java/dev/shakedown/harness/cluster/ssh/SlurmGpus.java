package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.StepFailedException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which GPUs of its hosts an allocation has. Over ssh nothing confines a process to them: the first
 * ones of a host that is shared may be another's.
 *
 * @param lines that show it
 * @param has indexes for each host, or for each group of hosts with the same
 */
record SlurmGpus(List<String> lines, List<List<Integer>> has) {
    private static final Pattern HOSTS = Pattern.compile("^Nodes=(\\S+) .*GRES=(\\S+)");
    private static final Pattern INDEXES =
            Pattern.compile("gpu[^,()]*\\(IDX:([0-9]+(?:-[0-9]+)?(?:,[0-9]+(?:-[0-9]+)?)*)\\)");
    private static final Pattern INDEX_LIST =
            Pattern.compile("[0-9]{1,4}(-[0-9]{1,4})?(,[0-9]{1,4}(-[0-9]{1,4})?)*");

    /**
     * As the controller counts them.
     *
     * @param details what {@code scontrol show job -d} prints
     */
    static SlurmGpus ofJob(List<String> details) {
        List<List<Integer>> has =
                details.stream()
                        .map(HOSTS::matcher)
                        .filter(Matcher::find)
                        .map(SlurmGpus::of)
                        .toList();
        return new SlurmGpus(
                details.stream().filter(line -> line.startsWith("Nodes=")).toList(), has);
    }

    /**
     * As they are called inside a step, which may see no others and count from 0.
     *
     * @param visible what {@code CUDA_VISIBLE_DEVICES} is there, a line each host
     */
    static SlurmGpus ofSteps(List<String> visible) {
        return new SlurmGpus(
                visible.stream().map("CUDA_VISIBLE_DEVICES="::concat).toList(),
                visible.stream().map(SlurmGpus::indexes).toList());
    }

    /** How many each host has at least; 0 where Slurm does not count GPUs. */
    int least() {
        return has.stream().mapToInt(List::size).min().orElse(0);
    }

    /**
     * The indexes to use on each host: those of the scenario, else the allocation's; empty where
     * Slurm does not count GPUs.
     *
     * @throws StepFailedException if the allocation has too few, others, or not the same everywhere
     */
    List<Integer> choose(List<Integer> asked, int perHost) {
        if (has.stream().allMatch(List::isEmpty)) {
            return asked;
        }
        if (has.stream().distinct().count() > 1
                && !has.stream().allMatch(one -> fits(asked, one))) {
            throw refused("other GPUs on one host than on another");
        }
        List<Integer> first = has.getFirst();
        if (!asked.isEmpty() && !first.containsAll(asked)) {
            throw refused("GPUs %s of each host, ssh.gpus is %s".formatted(first, asked));
        }
        if (first.size() < perHost) {
            throw refused(
                    "%d GPUs of each host, cluster.gpusPerNode is %d"
                            .formatted(first.size(), perHost));
        }
        return asked.isEmpty() ? first.subList(0, perHost) : asked;
    }

    private static boolean fits(List<Integer> asked, List<Integer> has) {
        return !asked.isEmpty() && has.containsAll(asked);
    }

    private static List<Integer> of(Matcher host) {
        return INDEXES.matcher(host.group(2))
                .results()
                .flatMap(found -> indexes(found.group(1)).stream())
                .sorted()
                .toList();
    }

    /** Of {@code 0,2-3}; none of what names GPUs otherwise. */
    private static List<Integer> indexes(String text) {
        return INDEX_LIST.matcher(text).matches()
                ? Stream.of(text.split(",", -1)).flatMapToInt(SlurmGpus::range).boxed().toList()
                : List.of();
    }

    private static IntStream range(String text) {
        String[] ends = text.split("-", -1);
        return IntStream.rangeClosed(
                Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }

    private StepFailedException refused(String what) {
        return new StepFailedException(
                "the Slurm allocation has " + what,
                "",
                lines.stream().limit(8).toList(),
                "salloc --exclusive, or --gpus-per-node; then ssh.gpus may stay out");
    }
}
