package dev.shakedown.workloads.fabric;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * An all-reduce in a group of ranks. Bus bandwidth is that of nccl-tests: 2(n−1)/n · bytes / time,
 * which is what the slowest link carries, whatever the number of ranks.
 *
 * @param result {@code ok}, {@code wrong}, {@code timeout} or {@code error}
 * @param busGbPerSecond 10^9 bytes a second; absent where nothing could be measured
 * @param absent ranks that did not reach the group
 */
public record Reduction(
        List<Integer> ranks,
        long bytes,
        OptionalDouble seconds,
        OptionalDouble busGbPerSecond,
        String backend,
        String result,
        List<Integer> absent,
        Optional<String> error) {
    public Reduction {
        ranks = List.copyOf(ranks);
        absent = List.copyOf(absent);
    }

    public boolean ok() {
        return result.equals("ok");
    }

    /** The sum that came out is not the right one. */
    public boolean wrong() {
        return result.equals("wrong");
    }

    String reason() {
        return error.orElse(result);
    }
}
