package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.RequestRecord;
import dev.shakedown.workloads.measure.Stall;
import java.util.Arrays;
import java.util.List;

/**
 * The moments of each request that its latencies are made of: intended, sent, first, last token.
 */
final class Moments {
    private static final int PER_REQUEST = 4;

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
    }

    long touchedBy(List<Stall> stalls) {
        if (stalls.isEmpty()) {
            return 0;
        }
        long[] starts = stalls.stream().mapToLong(Stall::startNs).toArray();
        long touched = 0;
        for (int i = 0; i < size; i += PER_REQUEST) {
            boolean hit = false;
            for (int m = 0; m < PER_REQUEST && !hit; m++) {
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
