package dev.shakedown.simulator.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One event as it goes over the wire, put together from bytes that were encoded before: the event
 * line inside its HTTP chunk. Filled anew for each event; used on the event loop only.
 */
public final class EventFrame {
    /** Room in front for the chunk's length in hexadecimal digits, CR and LF. */
    private static final int LEAD = 10;

    private static final byte[] FIELD = ascii("data: ");
    private static final byte[] TAIL = ascii("\n\n\r\n");
    private static final byte[] DIGITS = ascii("0123456789abcdef");

    private byte[] bytes = new byte[1024];
    private ByteBuffer direct = ByteBuffer.allocateDirect(1024);
    private int end;

    /** Encodes what {@link #put(byte[])} takes. */
    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Begins the next event. */
    public EventFrame begin() {
        end = LEAD;
        return put(FIELD);
    }

    public EventFrame put(byte[] part) {
        reserve(part.length);
        System.arraycopy(part, 0, bytes, end, part.length);
        end += part.length;
        return this;
    }

    /** A number that is not negative, in decimal digits. */
    public EventFrame put(int number) {
        reserve(LEAD);
        int digits = 1;
        for (int rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        int rest = number;
        for (int at = end + digits - 1; at >= end; at--) {
            bytes[at] = DIGITS[rest % 10];
            rest /= 10;
        }
        end += digits;
        return this;
    }

    /** Ends the event: what is to go over the wire, until the next one begins. */
    ByteBuffer finish() {
        put(TAIL);
        int content = end - LEAD - 2;
        int start = LEAD;
        bytes[--start] = '\n';
        bytes[--start] = '\r';
        for (int rest = content; rest > 0; rest >>= 4) {
            bytes[--start] = DIGITS[rest & 15];
        }
        if (direct.capacity() < bytes.length) {
            direct = ByteBuffer.allocateDirect(bytes.length);
        }
        return direct.clear().put(bytes, start, end - start).flip();
    }

    private void reserve(int more) {
        if (end + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * (end + more));
        }
    }
}
