package dev.shakedown.reports.run;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Lines of an append-only file whose end may be missing. Only lines that were ended are delivered;
 * what comes after the last line break, or after the point where a gzip stream breaks off, is torn.
 */
final class TornLines {
    /** Longer lines are cut here: no file of a run directory has them, a hostile log may. */
    static final int MAX_LINE = 4 << 20;

    private TornLines() {}

    /**
     * Feeds every whole line.
     *
     * @return whether the file ended inside a line or inside its compression
     * @throws UncheckedIOException if it cannot be read for another reason
     */
    static boolean read(Path file, boolean gzip, Consumer<String> lines) {
        try (InputStream raw = Files.newInputStream(file)) {
            return gzip ? readGzip(raw, lines) : pump(new BufferedInputStream(raw, 1 << 16), lines);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static boolean readGzip(InputStream raw, Consumer<String> lines) throws IOException {
        InputStream unzipped;
        try {
            unzipped = new GZIPInputStream(raw, 1 << 16);
        } catch (EOFException | ZipException e) {
            return true;
        }
        return pump(new BufferedInputStream(unzipped, 1 << 16), lines);
    }

    private static boolean pump(InputStream in, Consumer<String> lines) throws IOException {
        LineBuffer line = new LineBuffer();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n') {
                    lines.accept(line.take());
                } else {
                    line.add((byte) b);
                }
            }
        } catch (EOFException | ZipException e) {
            return true;
        }
        return !line.isEmpty();
    }

    private static final class LineBuffer {
        private byte[] bytes = new byte[512];
        private int length;

        void add(byte b) {
            if (length == MAX_LINE) {
                return;
            }
            if (length == bytes.length) {
                bytes = java.util.Arrays.copyOf(bytes, Math.min(length * 2, MAX_LINE));
            }
            bytes[length++] = b;
        }

        boolean isEmpty() {
            return length == 0;
        }

        String take() {
            int end = length > 0 && bytes[length - 1] == '\r' ? length - 1 : length;
            length = 0;
            return new String(bytes, 0, end, StandardCharsets.UTF_8);
        }
    }
}
