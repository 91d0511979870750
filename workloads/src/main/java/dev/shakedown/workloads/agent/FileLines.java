package dev.shakedown.workloads.agent;

import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Consumer;

/** A file whose bytes leave as lines. */
final class FileLines extends OutputStream {
    /** Of bytes a line: Ray passes a log on in pieces of 20,000 characters. */
    private static final int MOST = 6_000;

    private final String name;
    private final Consumer<AgentLine> lines;
    private final byte[] waiting = new byte[MOST];
    private int length;
    private long written;

    FileLines(String name, Consumer<AgentLine> lines) {
        this.name = name;
        this.lines = lines;
    }

    /** Bytes so far. */
    synchronized long written() {
        return written;
    }

    @Override
    public synchronized void write(int one) {
        waiting[length++] = (byte) one;
        if (length == MOST) {
            flush();
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int count) {
        for (int i = from; i < from + count; i++) {
            write(bytes[i]);
        }
    }

    @Override
    public synchronized void flush() {
        if (length > 0) {
            lines.accept(AgentLine.File.of(name, written, Arrays.copyOf(waiting, length)));
            written += length;
            length = 0;
        }
    }

    @Override
    public void close() {
        flush();
    }
}
