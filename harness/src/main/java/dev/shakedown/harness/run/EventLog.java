package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.run.StepEnd.How;
import dev.shakedown.reports.run.RunRecord.StepSpan;
import dev.shakedown.workloads.measure.RunClock;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code events.jsonl}: what happened when, one line an event, on disk as soon as it happened, so
 * that a killed run still tells how far it came.
 */
final class EventLog implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Not a channel: those close themselves when the writing thread is interrupted. */
    private final OutputStream out;

    private final RunClock clock;
    private int lost;

    EventLog(Path file, RunClock clock) {
        this.clock = clock;
        try {
            this.out = new FileOutputStream(file.toFile(), true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + file, e);
        }
    }

    void started(String step) {
        append(step, "started", "", 0);
    }

    void ended(StepSpan span) {
        double seconds = (span.endNs() - span.startNs()) / NANOS_PER_SECOND;
        append(span.step(), span.event(), span.detail(), seconds);
    }

    /** A check of a step, as a step of its own: {@code Preflight/disk}. */
    void checked(String step, Check check) {
        String name = step + "/" + check.name();
        switch (check.verdict()) {
            case OK -> append(name, How.SUCCEEDED.key(), check.detail(), 0);
            case WARN -> append(name, How.SUCCEEDED.key(), "warning: " + check.detail(), 0);
            case FAILED -> append(name, How.FAILED.key(), check.detail(), 0);
            case SKIPPED -> append(name, How.SKIPPED.key(), check.detail(), 0);
        }
    }

    private synchronized void append(String step, String event, String detail, double seconds) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("t", clock.nowNs() / NANOS_PER_SECOND);
        line.put("step", step);
        line.put("event", event);
        line.put("detail", detail);
        line.put("seconds", seconds);
        byte[] bytes = (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            out.write(bytes);
        } catch (IOException e) {
            // A full disk must not keep a cluster from being ended.
            lost++;
        }
    }

    /** How many events could not be written. */
    synchronized int lost() {
        return lost;
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close events.jsonl", e);
        }
    }
}
