package dev.shakedown.harness.diagnosis;

import dev.shakedown.harness.engine.Secrets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Collected logs without the secrets that programs print into them. */
public final class MaskedLogs {

    private MaskedLogs() {}

    /** Masks the files in place; one that cannot be rewritten is removed. */
    public static void in(Path logs) {
        for (Path file : files(logs)) {
            Path masked = file.resolveSibling(file.getFileName() + ".masked");
            try {
                try (Writer out = Files.newBufferedWriter(masked, StandardCharsets.ISO_8859_1)) {
                    copy(file, out);
                }
                Files.move(masked, file, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException | UncheckedIOException unwritable) {
                remove(masked);
                remove(file);
            }
        }
    }

    /**
     * Puts them into a zip file that can be attached to an issue; returns how many.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public static int bundle(Path logs, Path zip) {
        List<Path> files = files(logs);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (Path file : files) {
                out.putNextEntry(new ZipEntry(logs.relativize(file).toString()));
                Writer text = new ZipText(out);
                copy(file, text);
                out.closeEntry();
            }
            return files.size();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + zip, e);
        }
    }

    /** Byte for byte but for the secrets: logs are not always UTF-8. */
    private static void copy(Path file, Writer out) throws IOException {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                Files.newInputStream(file), StandardCharsets.ISO_8859_1))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.write(Secrets.masked(line));
                out.write('\n');
            }
        }
    }

    private static List<Path> files(Path logs) {
        if (!Files.isDirectory(logs)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(logs)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + logs, e);
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException left) {
            // Then the disk is read only, and nothing was written to it either.
            return;
        }
    }

    /** Writes into the entry that is open. */
    private static final class ZipText extends Writer {
        private final ZipOutputStream out;

        ZipText(ZipOutputStream out) {
            this.out = out;
        }

        @Override
        public void write(char[] text, int offset, int length) throws IOException {
            out.write(new String(text, offset, length).getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
