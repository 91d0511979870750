package dev.shakedown.workloads.openai;

import dev.shakedown.workloads.measure.TokenSource;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Turns the bytes of a streamed completion into token counts. Incremental and without I/O: bytes
 * may be split anywhere. Follows the event stream format of the WHATWG HTML standard, section 9.2.6
 * (line ends CR, LF and CRLF, comments, several {@code data} lines an event).
 *
 * <p>Tokens of an event: by the server's running usage if the event has one, else by its token ids,
 * else one if it carries text or reasoning. Never throws on any input.
 */
public final class TokenStream {
    /** A larger event is refused: no token chunk is, and memory must stay bounded. */
    public static final int MAX_EVENT_BYTES = 1 << 20;

    private static final byte[] EMPTY = {};
    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** Told of every event of the stream but {@code [DONE]} and errors. */
    @FunctionalInterface
    public interface Listener {
        /**
         * An event arrived.
         *
         * @param tokens how many tokens it brings; 0 for a role, an empty or a usage chunk
         * @param content whether it brings answer text (reasoning is not)
         */
        void event(long nowNs, int tokens, boolean content);
    }

    /** Why a stream cannot be read on. */
    public record Failure(String reason, String text) {}

    private final Listener listener;
    private final Optional<AnswerKeeper> keeper;
    private final EventScanner scanner = new EventScanner();

    /** The beginning of a line whose end has not come. */
    private byte[] line = EMPTY;

    private int lineLength;

    /** Data of an event that has not ended: where it came, or in {@link #kept}. */
    private byte[] event = EMPTY;

    private int eventStart;
    private int eventLength;
    private byte[] kept = EMPTY;
    private boolean eventHasData;
    private boolean eventKept;
    private boolean afterCr;
    private boolean firstLine = true;

    private int tokens;
    private int promptTokens = EventScanner.ABSENT;
    private boolean continuousUsage;
    private boolean finalUsage;
    private boolean ids;
    private boolean done;
    private Optional<Failure> failure = Optional.empty();

    public TokenStream(Listener listener) {
        this(listener, Optional.empty());
    }

    /** Of an answer that is kept, if there is a keeper. */
    TokenStream(Listener listener, Optional<AnswerKeeper> keeper) {
        this.listener = listener;
        this.keeper = keeper;
    }

    /** Takes the next bytes, which arrived at {@code nowNs}. Ignores them once failed. */
    public void feed(byte[] bytes, int offset, int length, long nowNs) {
        int end = offset + length;
        int start = offset;
        if (afterCr && start < end) {
            afterCr = false;
            start += bytes[start] == '\n' ? 1 : 0;
        }
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b > '\r' || (b != '\n' && b != '\r')) {
                continue;
            }
            endLine(bytes, start, i, nowNs);
            if (b == '\r') {
                if (i + 1 == end) {
                    afterCr = true;
                } else if (bytes[i + 1] == '\n') {
                    i++;
                }
            }
            start = i + 1;
        }
        if (failure.isEmpty()) {
            keepEvent();
            if (start < end) {
                keep(bytes, start, end);
            }
        }
    }

    /** The bytes have ended. A last {@code [DONE]} counts even without its line end. */
    public void end() {
        if (lineLength > 0 && failure.isEmpty()) {
            line(line, 0, lineLength);
            lineLength = 0;
        }
        done |= isDone();
    }

    /** Output tokens so far: the server's own count where it gives one. */
    public int tokens() {
        return tokens;
    }

    /** The server's count of prompt tokens; empty if it gave none. */
    public OptionalInt promptTokens() {
        return promptTokens == EventScanner.ABSENT
                ? OptionalInt.empty()
                : OptionalInt.of(promptTokens);
    }

    /** What {@link #tokens} was taken from. */
    public TokenSource source() {
        if (tokens == 0) {
            return TokenSource.NONE;
        }
        if (continuousUsage) {
            return TokenSource.CONTINUOUS_USAGE;
        }
        if (finalUsage) {
            return TokenSource.USAGE;
        }
        return ids ? TokenSource.TOKEN_IDS : TokenSource.CHUNKS;
    }

    /** Whether {@code [DONE]} was seen. */
    public boolean done() {
        return done;
    }

    /** An error event, or bytes that are no token stream. */
    public Optional<Failure> failure() {
        return failure;
    }

    private void endLine(byte[] bytes, int start, int end, long nowNs) {
        if (failure.isPresent()) {
            return;
        }
        if (lineLength > 0) {
            keep(bytes, start, end);
            if (failure.isEmpty()) {
                int length = lineLength;
                lineLength = 0;
                line(line, 0, length);
                keepEvent();
            }
        } else if (start == end) {
            dispatch(nowNs);
        } else if (end - start > MAX_EVENT_BYTES) {
            keep(bytes, start, end);
        } else {
            line(bytes, start, end);
        }
    }

    private void keep(byte[] bytes, int start, int end) {
        int length = end - start;
        if (lineLength + length > MAX_EVENT_BYTES) {
            fail("oversize event", "a line of more than " + MAX_EVENT_BYTES + " bytes");
            return;
        }
        if (lineLength + length > line.length) {
            line = Arrays.copyOf(line, Math.max(line.length * 2, lineLength + length));
        }
        System.arraycopy(bytes, start, line, lineLength, length);
        lineLength += length;
    }

    private void line(byte[] bytes, int from, int end) {
        int start = from;
        if (firstLine) {
            firstLine = false;
            if (startsWith(BOM, bytes, start, end)) {
                start += BOM.length;
            }
        }
        if (!startsWith(DATA, bytes, start, end)) {
            return;
        }
        start += DATA.length;
        if (start < end) {
            if (bytes[start] != ':') {
                return;
            }
            start++;
            if (start < end && bytes[start] == ' ') {
                start++;
            }
        }
        data(bytes, start, end);
    }

    private void data(byte[] bytes, int start, int end) {
        int separator = eventHasData ? 1 : 0;
        int length = eventLength + separator + end - start;
        if (length > MAX_EVENT_BYTES) {
            fail("oversize event", "an event of more than " + MAX_EVENT_BYTES + " bytes");
            return;
        }
        if (!eventHasData) {
            eventHasData = true;
            event = bytes;
            eventStart = start;
            eventLength = length;
            eventKept = false;
            return;
        }
        keepEvent();
        makeRoom(length);
        kept[eventLength] = '\n';
        System.arraycopy(bytes, start, kept, eventLength + 1, end - start);
        eventLength = length;
    }

    /** Its bytes are about to be overwritten. */
    private void keepEvent() {
        if (eventHasData && !eventKept) {
            makeRoom(eventLength);
            System.arraycopy(event, eventStart, kept, 0, eventLength);
            event = kept;
            eventStart = 0;
            eventKept = true;
        }
    }

    private void makeRoom(int length) {
        if (length > kept.length) {
            kept = Arrays.copyOf(kept, Math.max(kept.length * 2, length));
            event = eventKept ? kept : event;
        }
    }

    private void dispatch(long nowNs) {
        if (!eventHasData) {
            return;
        }
        if (isDone()) {
            done = true;
        } else if (eventLength > 0 && !done) {
            read(nowNs);
        }
        eventHasData = false;
        eventLength = 0;
    }

    private void read(long nowNs) {
        if (!scanner.scan(event, eventStart, eventLength)) {
            fail("malformed event", errorText());
            return;
        }
        if (scanner.error()) {
            fail("error event", errorText());
            return;
        }
        if (scanner.promptTokens() != EventScanner.ABSENT) {
            promptTokens = scanner.promptTokens();
        }
        keeper.ifPresent(scanner::keepAnswer);
        listener.event(nowNs, count(), scanner.content());
    }

    private int count() {
        int usage = scanner.completionTokens();
        if (usage != EventScanner.ABSENT && !scanner.choices()) {
            // The last chunk's count is the server's word; what it adds cannot be placed in time.
            finalUsage = true;
            tokens = usage;
            return 0;
        }
        int more = 0;
        if (usage != EventScanner.ABSENT) {
            continuousUsage = true;
            more = Math.max(0, usage - tokens);
        } else if (scanner.tokenIds() > 0) {
            ids = true;
            more = scanner.tokenIds();
        } else if (scanner.content() || scanner.reasoning()) {
            more = 1;
        }
        tokens = Math.min(Integer.MAX_VALUE / 2, tokens + more);
        return more;
    }

    private boolean isDone() {
        return eventHasData
                && eventLength == DONE.length
                && startsWith(DONE, event, eventStart, eventStart + eventLength);
    }

    private String errorText() {
        return ErrorText.of(
                Arrays.copyOfRange(event, eventStart, eventStart + eventLength), eventLength);
    }

    private void fail(String reason, String text) {
        failure = Optional.of(new Failure(reason, text));
        lineLength = 0;
        eventLength = 0;
    }

    private static boolean startsWith(byte[] prefix, byte[] bytes, int start, int end) {
        return end - start >= prefix.length
                && Arrays.equals(bytes, start, start + prefix.length, prefix, 0, prefix.length);
    }
}
