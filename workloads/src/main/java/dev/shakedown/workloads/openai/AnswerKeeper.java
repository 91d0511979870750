package dev.shakedown.workloads.openai;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts an answer together from its events. Text is kept as it stands in the JSON and read once at
 * the end: an event costs no more than a copy.
 */
final class AnswerKeeper {
    /** A hostile server may send any character in a string. */
    private static final JsonMapper LENIENT =
            JsonMapper.builder()
                    .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                    .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
                    .build();

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private int[] ids = new int[64];
    private int count;

    /** The characters of a JSON string, without its quotes. */
    void text(byte[] json, int start, int end) {
        text.write(json, start, end - start);
    }

    /** The items of a JSON list of token ids; what is no number that an id can be is left out. */
    void ids(byte[] json, int start, int end) {
        long id = -1;
        for (int i = start; i <= end; i++) {
            boolean digit = i < end && json[i] >= '0' && json[i] <= '9';
            if (digit) {
                id = Math.min(Integer.MAX_VALUE, Math.max(0, id) * 10 + json[i] - '0');
            } else if (id >= 0) {
                add((int) id);
                id = -1;
            }
        }
    }

    Answer answer() {
        return new Answer(Arrays.copyOf(ids, count), string());
    }

    private void add(int id) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count * 2);
        }
        ids[count++] = id;
    }

    private String string() {
        String json = '"' + text.toString(StandardCharsets.UTF_8) + '"';
        try {
            return LENIENT.readValue(json, String.class);
        } catch (JacksonException broken) {
            // An escape that is cut short: what stands there is what the server sent.
            return json.substring(1, json.length() - 1);
        }
    }
}
