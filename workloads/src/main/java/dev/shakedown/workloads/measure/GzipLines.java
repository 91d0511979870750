package dev.shakedown.workloads.measure;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/**
 * Appends lines to a gzip file. What was flushed can be read even if the process dies: the flush
 * ends a deflate block, and a reader stops at the torn tail.
 */
final class GzipLines implements AutoCloseable {
    private final Writer out;

    GzipLines(OutputStream file, String header) {
        this(file);
        line(header);
        flush();
    }

    GzipLines(OutputStream file) {
        try {
            out =
                    new BufferedWriter(
                            new OutputStreamWriter(
                                    new GZIPOutputStream(file, 8192, true), StandardCharsets.UTF_8),
                            1 << 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void line(CharSequence text) {
        try {
            out.append(text).append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A field by RFC 4180; line breaks become spaces, so that one record stays one line. */
    static String field(String text) {
        String oneLine = text.replace('\n', ' ').replace('\r', ' ');
        return oneLine.indexOf(',') < 0 && oneLine.indexOf('"') < 0
                ? oneLine
                : '"' + oneLine.replace("\"", "\"\"") + '"';
    }
}
