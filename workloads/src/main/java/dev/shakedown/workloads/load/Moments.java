package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.RequestRecord;
import dev.shakedown.workloads.measure.Stall;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The moments of each request that its latencies are made of: intended, sent, first, last token;
 * and how many tokens came after the first chunk.
 */
final class Moments {
    private static final int MOMENTS = 4;
    private static final int PER_REQUEST = MOMENTS + 1;
    private static final int SENT = 1;
    private static final int FIRST = 2;
    private static final int LAST = 3;
    private static final int LATER = 4;
    private static final long NOT_COMPLETED = -1;
    private static final long SECOND_NS = 1_000_000_000L;

    private long[] times = new long[1024];
    private int size;

    void add(RequestRecord request) {
        if (size + PER_REQUEST > times.length) {
            times = Arrays.copyOf(times, times.length * 2);
        }
        times[size++] = request.intendedNs();
        times[size++] = request.times().sentNs();
        times[size++] = request.times().firstTokenNs();
        times[size++] = request.times().lastTokenNs();
        times[size++] =
                request.outcome() instanceof Outcome.Completed
                        ? Math.max(0, request.outputTokens() - request.firstChunkTokens())
                        : NOT_COMPLETED;
    }

    /** The values of a metric in nanoseconds, in the order in which requests were intended. */
    long[] series(Metric metric) {
        return IntStream.range(0, size / PER_REQUEST)
                .map(i -> i * PER_REQUEST)
                .filter(at -> has(metric, at))
                .boxed()
                .sorted(Comparator.comparingLong(at -> times[at]))
                .mapToLong(at -> value(metric, at))
                .toArray();
    }

    private boolean has(Metric metric, int at) {
        return switch (metric) {
            case SEND_DELAY -> true;
            case TPOT -> times[at + LATER] > 0;
            case ICL -> false;
            case TTFT, TTFT_INTENDED, E2E, E2E_INTENDED -> times[at + LATER] != NOT_COMPLETED;
        };
    }

    private long value(Metric metric, int at) {
        return switch (metric) {
            case SEND_DELAY -> times[at + SENT] - times[at];
            case TTFT -> times[at + FIRST] - times[at + SENT];
            case TTFT_INTENDED -> times[at + FIRST] - times[at];
            case E2E -> times[at + LAST] - times[at + SENT];
            case E2E_INTENDED -> times[at + LAST] - times[at];
            case TPOT -> (times[at + LAST] - times[at + FIRST]) / times[at + LATER];
            case ICL -> throw new IllegalArgumentException("a request has no one gap");
        };
    }

    /**
     * Mean TPOT of the requests intended in each second, in milliseconds; that of the second before
     * where there is none. It ends where requests begin to be answered beyond {@code toNs}, when no
     * new ones come any more.
     */
    List<Double> tpotEachSecond(long fromNs, long toNs) {
        long untilNs = toNs;
        for (int at = 0; at < size; at += PER_REQUEST) {
            untilNs = times[at + LAST] > toNs ? Math.min(untilNs, times[at]) : untilNs;
        }
        double[] sums = new double[(int) Math.max(0, (untilNs - fromNs) / SECOND_NS)];
        int[] counts = new int[sums.length];
        for (int at = 0; at < size; at += PER_REQUEST) {
            int second = (int) Math.floorDiv(times[at] - fromNs, SECOND_NS);
            if (has(Metric.TPOT, at) && second >= 0 && second < sums.length) {
                sums[second] += value(Metric.TPOT, at) / 1e6;
                counts[second]++;
            }
        }
        double last = Arrays.stream(sums).sum() / Math.max(1, Arrays.stream(counts).sum());
        for (int i = 0; i < sums.length; i++) {
            last = counts[i] == 0 ? last : sums[i] / counts[i];
            sums[i] = last;
        }
        return Arrays.stream(sums).boxed().toList();
    }

    long touchedBy(List<Stall> stalls) {
        if (stalls.isEmpty()) {
            return 0;
        }
        long[] starts = stalls.stream().mapToLong(Stall::startNs).toArray();
        long touched = 0;
        for (int i = 0; i < size; i += PER_REQUEST) {
            boolean hit = false;
            for (int m = 0; m < MOMENTS && !hit; m++) {
                hit = isDelayed(times[i + m], starts, stalls);
            }
            touched += hit ? 1 : 0;
        }
        return touched;
    }

    private static boolean isDelayed(long ns, long[] starts, List<Stall> stalls) {
        int at = Arrays.binarySearch(starts, ns);
        int last = at >= 0 ? at : -at - 2;
        return last >= 0 && stalls.get(last).delays(ns);
    }
}
