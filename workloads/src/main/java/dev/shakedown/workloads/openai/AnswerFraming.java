package dev.shakedown.workloads.openai;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the bodies of HTTP/1.1 answers in the bytes of a connection (RFC 9112), which may be split
 * anywhere: interim answers are left out, chunks are taken out of their frames, trailers dropped.
 * Bodies are handed on where they lie, and only a line that has not ended is kept: nearly all that
 * a load generator reads are events of some 300 bytes, each in a chunk of its own.
 */
final class AnswerFraming {
    private static final int MAX_LINE_BYTES = 16 << 10;
    private static final int MAX_HEADER_BYTES = 64 << 10;

    /** A long has room for these, with some to spare. */
    private static final int MAX_SIZE_DIGITS = 15;

    private static final int NO_LENGTH = -1;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.(\\d) (\\d{3})( .*)?");
    private static final Pattern LENGTH = Pattern.compile("\\d{1," + MAX_SIZE_DIGITS + "}");

    /** Told of one answer. */
    interface Listener {
        /** Its head came. */
        void head(int status);

        /**
         * Bytes of its body.
         *
         * @return false if no more is wanted; nothing follows then
         */
        boolean body(byte[] bytes, int offset, int length);

        /**
         * It is whole.
         *
         * @param reusable whether the connection may carry another one
         */
        void end(boolean reusable);
    }

    private enum Part {
        STATUS,
        HEADERS,
        SIZED_BODY,
        BODY_UNTIL_CLOSE,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILERS,
        NOTHING
    }

    private final Listener listener;
    private Part part = Part.NOTHING;
    private byte[] line = {};
    private int lineLength;
    private int headerBytes;
    private int status;
    private long left;
    private boolean chunked;
    private boolean keepAlive;
    private boolean atLast;
    private Optional<String> failure = Optional.empty();

    AnswerFraming(Listener listener) {
        this.listener = listener;
    }

    /** A request is being sent: what comes next is its answer. */
    void expect() {
        headerBytes = 0;
        begin();
    }

    /** What is wrong with the bytes, if they are no HTTP. */
    Optional<String> failure() {
        return failure;
    }

    /**
     * Takes the bytes in {@code [from, to)} up to the answer's end. Bytes beyond it, which nobody
     * asked for, are dropped, and the connection is not reusable.
     */
    void read(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && part != Part.NOTHING) {
            at =
                    switch (part) {
                        case CHUNK, SIZED_BODY, BODY_UNTIL_CLOSE -> body(bytes, at, to);
                        default -> line(bytes, at, to);
                    };
        }
    }

    /**
     * The connection has been closed.
     *
     * @return whether that is how the answer was to end
     */
    boolean closed() {
        if (part != Part.BODY_UNTIL_CLOSE) {
            return false;
        }
        end();
        return true;
    }

    private void begin() {
        part = Part.STATUS;
        lineLength = 0;
        left = NO_LENGTH;
        chunked = false;
    }

    private int body(byte[] bytes, int at, int to) {
        boolean open = part == Part.BODY_UNTIL_CLOSE;
        int length = open ? to - at : (int) Math.min(left, to - at);
        if (!listener.body(bytes, at, length)) {
            part = Part.NOTHING;
            return to;
        }
        left -= open ? 0 : length;
        if (left == 0 && part == Part.CHUNK) {
            part = Part.CHUNK_END;
        } else if (left == 0) {
            atLast = at + length == to;
            end();
        }
        return at + length;
    }

    private int line(byte[] bytes, int at, int to) {
        int end = at;
        while (end < to && bytes[end] != '\n') {
            end++;
        }
        if (end == to) {
            keep(bytes, at, to);
            return to;
        }
        atLast = end + 1 == to;
        if (lineLength == 0) {
            line(bytes, at, end, end > at && bytes[end - 1] == '\r');
        } else if (keep(bytes, at, end)) {
            int length = lineLength;
            lineLength = 0;
            line(line, 0, length, line[length - 1] == '\r');
        }
        return end + 1;
    }

    private boolean keep(byte[] bytes, int from, int to) {
        int length = lineLength + to - from;
        if (length > MAX_LINE_BYTES) {
            fail("a line of more than " + MAX_LINE_BYTES + " bytes around the body");
            return false;
        }
        if (length > line.length) {
            line = Arrays.copyOf(line, Math.max(128, 2 * length));
        }
        System.arraycopy(bytes, from, line, lineLength, to - from);
        lineLength = length;
        return true;
    }

    private void line(byte[] bytes, int from, int to, boolean cr) {
        int end = cr ? to - 1 : to;
        switch (part) {
            case CHUNK_SIZE -> chunkSize(bytes, from, end);
            case CHUNK_END -> chunkEnd(from == end);
            case STATUS -> status(text(bytes, from, end));
            case HEADERS -> header(text(bytes, from, end));
            default -> trailer(from == end);
        }
    }

    private void status(String text) {
        var matcher = STATUS_LINE.matcher(text);
        if (matcher.matches()) {
            keepAlive = !matcher.group(1).equals("0");
            status = Integer.parseInt(matcher.group(2));
            part = Part.HEADERS;
        } else {
            fail("not an HTTP/1.1 answer: " + text);
        }
    }

    private void header(String text) {
        headerBytes += text.length();
        if (headerBytes > MAX_HEADER_BYTES) {
            fail("more than " + MAX_HEADER_BYTES + " bytes of headers");
        } else if (text.isEmpty()) {
            headEnded();
        } else {
            int colon = Math.max(0, text.indexOf(':'));
            String value = text.substring(colon).replaceFirst(":", "").strip();
            header(
                    text.substring(0, colon).toLowerCase(Locale.ROOT),
                    value.toLowerCase(Locale.ROOT));
        }
    }

    private void header(String name, String value) {
        switch (name) {
            case "content-length" -> contentLength(value);
            case "transfer-encoding" -> chunked = value.endsWith("chunked");
            case "connection" ->
                    keepAlive =
                            !value.contains("close") && (keepAlive || value.contains("keep-alive"));
            default -> {
                // Says nothing about where the body is.
            }
        }
    }

    private void contentLength(String value) {
        if (!LENGTH.matcher(value).matches()) {
            fail("not a content length: " + value);
            return;
        }
        long length = Long.parseLong(value);
        if (left != NO_LENGTH && left != length) {
            fail("two content lengths: " + left + " and " + length);
        }
        left = length;
    }

    private void headEnded() {
        if (status < 200 && status != SWITCHING_PROTOCOLS) {
            begin();
            return;
        }
        listener.head(status);
        if (status == SWITCHING_PROTOCOLS) {
            keepAlive = false;
            end(); // what follows is no HTTP any more
        } else if (status == NO_CONTENT || status == NOT_MODIFIED) {
            end();
        } else if (chunked) {
            part = Part.CHUNK_SIZE;
        } else if (left == 0) {
            end();
        } else {
            part = left == NO_LENGTH ? Part.BODY_UNTIL_CLOSE : Part.SIZED_BODY;
        }
    }

    private void chunkSize(byte[] bytes, int from, int to) {
        int at = from;
        long size = 0;
        for (int digit; at < to && (digit = Character.digit(bytes[at], 16)) >= 0; at++) {
            size = size << 4 | digit;
        }
        boolean ends = at == to || bytes[at] == ';' || bytes[at] == ' ' || bytes[at] == '\t';
        if (at == from || at - from > MAX_SIZE_DIGITS || !ends) {
            fail("not the size of a chunk: " + text(bytes, from, to));
            return;
        }
        left = size;
        part = size == 0 ? Part.TRAILERS : Part.CHUNK;
    }

    private void chunkEnd(boolean empty) {
        if (empty) {
            part = Part.CHUNK_SIZE;
        } else {
            fail("a chunk is longer than its size says");
        }
    }

    private void trailer(boolean empty) {
        if (empty) {
            end();
        }
    }

    private void end() {
        boolean reusable = keepAlive && atLast && part != Part.BODY_UNTIL_CLOSE;
        part = Part.NOTHING;
        listener.end(reusable);
    }

    private void fail(String why) {
        part = Part.NOTHING;
        failure = Optional.of(ErrorText.shorten(why));
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
