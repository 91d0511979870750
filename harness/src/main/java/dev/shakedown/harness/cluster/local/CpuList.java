package dev.shakedown.harness.cluster.local;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Cores as {@code taskset -c} and the kernel write them: {@code 0-3,6}. */
record CpuList(SortedSet<Integer> cores) {

    /** Empty where the text is no such list. */
    static Optional<CpuList> parse(String text) {
        SortedSet<Integer> cores = new TreeSet<>();
        for (String part : text.strip().split(",", -1)) {
            String[] ends = part.strip().split("-", -1);
            try {
                int first = Integer.parseInt(ends[0]);
                int last = ends.length == 2 ? Integer.parseInt(ends[1]) : first;
                if (ends.length > 2 || first > last || last - first > 65_535) {
                    return Optional.empty();
                }
                for (int core = first; core <= last; core++) {
                    cores.add(core);
                }
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }
        return Optional.of(new CpuList(cores));
    }
}
