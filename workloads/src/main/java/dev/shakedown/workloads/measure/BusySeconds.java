package dev.shakedown.workloads.measure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** What each second cost this process, and the five in a row that cost most. */
final class BusySeconds {
    private static final int IN_A_ROW = 5;

    /**
     * One of them.
     *
     * @param loops what share of it each event loop had something to do
     */
    record Second(
            long startNs,
            long lengthNs,
            double processCores,
            double systemCpu,
            Map<ThreadWork, ClientHealth.Loop> loops) {}

    private final List<Second> seconds = new ArrayList<>();

    synchronized void add(Second second) {
        seconds.add(second);
    }

    /**
     * The highest mean over five seconds of which none began before {@code fromNs}; 0 if none. A
     * second that came late is longer, and the next one shorter, so they count by their length.
     */
    synchronized double peak(long fromNs, ToDoubleFunction<Second> value) {
        double peak = 0;
        for (List<Second> row : rows(fromNs)) {
            peak = Math.max(peak, mean(row, value));
        }
        return peak;
    }

    /** The loop that had most to do in any five seconds: one that is overloaded delays its own. */
    synchronized ClientHealth.Loop peakLoop(long fromNs) {
        ClientHealth.Loop busiest = ClientHealth.Loop.IDLE;
        for (List<Second> row : rows(fromNs)) {
            Set<ThreadWork> threads = new HashSet<>();
            row.forEach(second -> threads.addAll(second.loops().keySet()));
            for (ThreadWork thread : threads) {
                ClientHealth.Loop mean = mean(row, thread);
                busiest = mean.busy() > busiest.busy() ? mean : busiest;
            }
        }
        return busiest;
    }

    private static ClientHealth.Loop mean(List<Second> row, ThreadWork thread) {
        return new ClientHealth.Loop(
                mean(row, second -> of(second, thread).ran()),
                mean(row, second -> of(second, thread).waited()));
    }

    private static ClientHealth.Loop of(Second second, ThreadWork thread) {
        return second.loops().getOrDefault(thread, ClientHealth.Loop.IDLE);
    }

    private static double mean(List<Second> row, ToDoubleFunction<Second> value) {
        double sum = 0;
        double length = 0;
        for (Second second : row) {
            sum += value.applyAsDouble(second) * second.lengthNs();
            length += second.lengthNs();
        }
        return sum / length;
    }

    private List<List<Second>> rows(long fromNs) {
        List<Second> measured = seconds.stream().filter(one -> one.startNs() >= fromNs).toList();
        List<List<Second>> rows = new ArrayList<>();
        for (int i = 0; i + IN_A_ROW <= measured.size(); i++) {
            rows.add(measured.subList(i, i + IN_A_ROW));
        }
        return rows;
    }
}
