package dev.shakedown.harness.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads a scenario file's text: UTF-8, at most 1 MiB. */
final class SourceFile {
    static final int LARGEST_BYTES = 1 << 20;

    private SourceFile() {}

    /** The text without a byte order mark; empty if it cannot be had, which is then a problem. */
    static Optional<String> read(Path file, Problems problems) {
        Place whole = Place.of(file.toString());
        if (!Files.exists(file)) {
            problems.add(whole, "there is no such file" + neighbours(file));
            return Optional.empty();
        }
        if (Files.isDirectory(file)) {
            problems.add(whole, "this is a directory; name a scenario file in it");
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            long size = Files.size(file);
            // A pipe has no size, so what arrives is counted too.
            byte[] bytes = size > LARGEST_BYTES ? new byte[0] : in.readNBytes(LARGEST_BYTES + 1);
            if (size > LARGEST_BYTES || bytes.length > LARGEST_BYTES) {
                problems.add(
                        whole,
                        "the file has more than 1 MiB (%,d bytes); a scenario has a few KiB"
                                .formatted(Math.max(size, bytes.length)));
                return Optional.empty();
            }
            return decode(file.toString(), bytes, problems);
        } catch (AccessDeniedException e) {
            problems.add(whole, "the file may not be read by this user; check its permissions");
        } catch (IOException e) {
            problems.add(whole, "the file cannot be read: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** The line and column of the {@code index}-th code point. */
    static Place placeAt(String source, String text, int index) {
        int end =
                text.offsetByCodePoints(0, Math.min(index, text.codePointCount(0, text.length())));
        String before = text.substring(0, end).replace("\r\n", "\n").replace('\r', '\n');
        int lineStart = before.lastIndexOf('\n') + 1;
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        int column = 1 + before.codePointCount(lineStart, before.length());
        return new Place(source, line, column, false);
    }

    private static String neighbours(Path file) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names =
                    files.map(other -> String.valueOf(other.getFileName()))
                            .filter(name -> name.endsWith(".yaml"))
                            .toList();
            return Words.nearest(String.valueOf(file.getFileName()), names)
                    .map(name -> "; did you mean \"" + name + "\"?")
                    .orElse("; check the path");
        } catch (IOException e) {
            return ", nor its folder; check the path";
        }
    }

    private static Optional<String> decode(String source, byte[] bytes, Problems problems) {
        if (startsWith(bytes, 0xFE, 0xFF) || startsWith(bytes, 0xFF, 0xFE)) {
            problems.add(new Place(source, 1, 1, false), "the file is UTF-16; save it as UTF-8");
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            problems.add(
                    placeAt(source, text, text.codePointCount(0, text.length())),
                    "the byte 0x%02X is not UTF-8; save the file as UTF-8"
                            .formatted(bytes[in.position()]));
            return Optional.empty();
        }
        return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    private static boolean startsWith(byte[] bytes, int first, int second) {
        return bytes.length > 1 && bytes[0] == (byte) first && bytes[1] == (byte) second;
    }
}
