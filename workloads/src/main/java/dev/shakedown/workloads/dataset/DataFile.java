package dev.shakedown.workloads.dataset;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.LineNumberReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;

/** Reads text in UTF-8, unpacked where it is gzip, whatever its name. */
final class DataFile {
    private static final int BUFFER = 1 << 16;
    private static final int QUOTED = 40;

    private DataFile() {}

    static LineNumberReader open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        try {
            InputStream text = isGzip(in) ? new GZIPInputStream(in, BUFFER) : in;
            LineNumberReader reader =
                    new LineNumberReader(
                            new InputStreamReader(text, StandardCharsets.UTF_8), BUFFER);
            skipByteOrderMark(reader);
            return reader;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** For a message: in quotes, and not too long. */
    static String quoted(String text) {
        String shown = text.length() > QUOTED ? text.substring(0, QUOTED) + "…" : text;
        return "\"" + shown.replaceAll("\\p{Cntrl}", "?") + "\"";
    }

    /** What is no JSON, without what only the parser's own text could mean. */
    static DataFileException noJson(JacksonException e, int line) {
        String why = e.getOriginalMessage().replaceFirst(" \\(for .*", "");
        return new DataFileException(line, e.getLocation().getColumnNr(), "no JSON: " + why);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static boolean isGzip(InputStream in) throws IOException {
        in.mark(2);
        boolean magic = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return magic;
    }

    private static void skipByteOrderMark(LineNumberReader reader) throws IOException {
        reader.mark(1);
        if (reader.read() != '\uFEFF') {
            reader.reset();
        }
    }
}
