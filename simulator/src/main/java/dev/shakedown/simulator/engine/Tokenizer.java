package dev.shakedown.simulator.engine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A tokenizer that needs no files and gives back what it was given: ids 0 to 255 are bytes, then
 * come all words of one to three lower-case letters, without and with a space before them; the
 * longest match wins. Ids above that, up to {@link #VOCABULARY}, are legal in prompts and have no
 * text.
 */
public final class Tokenizer {
    /** As large as Llama 3's, so that clients may draw ids from the range they know. */
    public static final int VOCABULARY = 128_256;

    private static final int BYTES = 256;
    private static final int LETTERS = 26;
    private static final int TWO = LETTERS;
    private static final int THREE = TWO + LETTERS * LETTERS;
    private static final int WORDS = THREE + LETTERS * LETTERS * LETTERS;

    private Tokenizer() {}

    public static int[] encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length];
        int count = 0;
        int at = 0;
        while (at < bytes.length) {
            int space = bytes[at] == ' ' ? 1 : 0;
            int letters = letters(bytes, at + space);
            if (letters == 0) {
                ids[count++] = bytes[at] & 0xff;
                at++;
            } else {
                ids[count++] = BYTES + space * WORDS + word(bytes, at + space, letters);
                at += space + letters;
            }
        }
        return Arrays.copyOf(ids, count);
    }

    /** Bytes that are not UTF-8 become U+FFFD, as do ids without text. */
    public static String decode(int... ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(ids.length * 4);
        for (int id : ids) {
            append(id, bytes);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** The id of a space and three letters, for a number of any size. */
    static int outputToken(int number) {
        return BYTES + WORDS + THREE + Math.floorMod(number, LETTERS * LETTERS * LETTERS);
    }

    private static int letters(byte[] bytes, int from) {
        int end = Math.min(bytes.length, from + 3);
        int at = from;
        while (at < end && bytes[at] >= 'a' && bytes[at] <= 'z') {
            at++;
        }
        return at - from;
    }

    private static int word(byte[] bytes, int from, int letters) {
        int number = 0;
        for (int i = from; i < from + letters; i++) {
            number = number * LETTERS + bytes[i] - 'a';
        }
        return number + (letters == 1 ? 0 : letters == 2 ? TWO : THREE);
    }

    private static void append(int id, ByteArrayOutputStream bytes) {
        if (id < BYTES) {
            bytes.write(id);
            return;
        }
        int word = id - BYTES;
        if (word >= 2 * WORDS) {
            bytes.writeBytes("\uFFFD".getBytes(StandardCharsets.UTF_8));
            return;
        }
        if (word >= WORDS) {
            bytes.write(' ');
            word -= WORDS;
        }
        int length = word < TWO ? 1 : word < THREE ? 2 : 3;
        int number = word - (length == 1 ? 0 : length == 2 ? TWO : THREE);
        for (int divisor = (int) Math.pow(LETTERS, length - 1.0); divisor > 0; divisor /= LETTERS) {
            bytes.write('a' + number / divisor % LETTERS);
        }
    }
}
