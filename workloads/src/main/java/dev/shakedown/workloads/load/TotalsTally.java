package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.Phase;
import dev.shakedown.workloads.measure.RequestRecord;
import org.HdrHistogram.Histogram;

/** What was sent to a server, and came back. Confined to its tally. */
final class TotalsTally {
    private final Histogram ttft = new Histogram(3);
    private long measured;
    private long sent;
    private long completed;
    private long inputTokens;
    private long outputTokens;
    private long uncertain;

    void add(RequestRecord request) {
        boolean wasSent = request.times().sentNs() != RequestRecord.NEVER;
        boolean isCompleted = request.outcome() instanceof Outcome.Completed;
        if (wasSent) {
            sent++;
            outputTokens += request.outputTokens();
        }
        // The server counts a prompt once it has read it, which only a first token proves.
        if (isCompleted || request.times().firstTokenNs() != RequestRecord.NEVER) {
            inputTokens += request.inputTokens();
        }
        if (isCompleted) {
            completed++;
        } else if (wasSent && !(request.outcome() instanceof Outcome.Refused)) {
            uncertain++;
        }
        if (request.phase() == Phase.MEASURE) {
            measured++;
            request.valueOf(Metric.TTFT).ifPresent(ttft::recordValue);
        }
    }

    LoadResult.Totals totals() {
        return new LoadResult.Totals(sent, completed, inputTokens, outputTokens, uncertain);
    }

    /** Requests of the measured phase, sent or not. */
    long measured() {
        return measured;
    }

    long completed() {
        return completed;
    }

    /** From sent, measured phase. */
    Histogram ttft() {
        return ttft.copy();
    }
}
