package dev.shakedown.harness.run;

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

    EventLog(Path file, RunClock clock) {
        this.clock = clock;
        try {
            this.out = new FileOutputStream(file.toFile(), true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + file, e);
        }
    }

    /**
     * @param seconds how long the step took; 0 for one that only starts
     */
    synchronized void append(String step, String event, String detail, double seconds) {
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
            throw new UncheckedIOException("cannot write events.jsonl", e);
        }
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
