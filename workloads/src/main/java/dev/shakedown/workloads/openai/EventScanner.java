package dev.shakedown.workloads.openai;

/**
 * Reads what counts from one event's JSON without building a tree or a string: whether there are
 * choices, whether they carry text, token ids, and the usage. Reads a byte once, looks into nested
 * values only where something is wanted, never recurses deeper than the known levels. Lenient: it
 * refuses what it cannot walk through, it does not validate.
 */
final class EventScanner {
    /**
     * What {@link #tokenIds}, {@link #promptTokens} and {@link #completionTokens} say of absence.
     */
    static final int ABSENT = -1;

    private static final byte[] CHOICES = ascii("choices");
    private static final byte[] USAGE = ascii("usage");
    private static final byte[] ERROR = ascii("error");
    private static final byte[] OBJECT = ascii("object");
    private static final byte[] TEXT = ascii("text");
    private static final byte[] TOKEN_IDS = ascii("token_ids");
    private static final byte[] DELTA = ascii("delta");
    private static final byte[] CONTENT = ascii("content");
    private static final byte[] REASONING = ascii("reasoning");
    private static final byte[] REASONING_CONTENT = ascii("reasoning_content");
    private static final byte[] PROMPT_TOKENS = ascii("prompt_tokens");
    private static final byte[] COMPLETION_TOKENS = ascii("completion_tokens");
    private static final int MAX_COUNT = Integer.MAX_VALUE / 2;

    private enum Level {
        TOP,
        CHOICE,
        DELTA,
        USAGE
    }

    private byte[] bytes = {};
    private int pos;
    private int end;

    private boolean choices;
    private boolean content;
    private boolean reasoning;
    private boolean error;
    private int tokenIds;
    private int promptTokens;
    private int completionTokens;
    private int textStart;
    private int textEnd;
    private int idsStart;
    private int idsEnd;

    /** Reads the event of so many bytes from an offset on; false if it is not a JSON object. */
    boolean scan(byte[] json, int offset, int length) {
        bytes = json;
        pos = offset;
        end = offset + length;
        choices = false;
        content = false;
        reasoning = false;
        error = false;
        tokenIds = ABSENT;
        promptTokens = ABSENT;
        completionTokens = ABSENT;
        textEnd = 0;
        textStart = 0;
        idsEnd = 0;
        idsStart = 0;
        skipSpace();
        if (!eat('{') || !members(Level.TOP)) {
            return false;
        }
        skipSpace();
        return pos == end;
    }

    /** Whether there is at least one choice. */
    boolean choices() {
        return choices;
    }

    /** Whether a choice carries answer text. */
    boolean content() {
        return content;
    }

    /** Whether a choice carries reasoning text. */
    boolean reasoning() {
        return reasoning;
    }

    /** Whether the event reports an error. */
    boolean error() {
        return error;
    }

    int tokenIds() {
        return tokenIds;
    }

    int promptTokens() {
        return promptTokens;
    }

    int completionTokens() {
        return completionTokens;
    }

    /** Hands over the last choice's answer text and token ids, where it has any. */
    void keepAnswer(AnswerKeeper keeper) {
        if (textEnd > textStart) {
            keeper.text(bytes, textStart, textEnd);
        }
        if (idsEnd > idsStart) {
            keeper.ids(bytes, idsStart, idsEnd);
        }
    }

    private boolean members(Level level) {
        skipSpace();
        if (eat('}')) {
            return true;
        }
        do {
            skipSpace();
            int key = pos + 1;
            if (!skipString()) {
                return false;
            }
            int keyLength = pos - 1 - key;
            skipSpace();
            if (!eat(':')) {
                return false;
            }
            skipSpace();
            if (!member(level, key, keyLength)) {
                return false;
            }
            skipSpace();
        } while (eat(','));
        return eat('}');
    }

    private boolean member(Level level, int key, int length) {
        return switch (level) {
            case TOP -> topMember(key, length);
            case CHOICE -> choiceMember(key, length);
            case DELTA -> deltaMember(key, length);
            case USAGE -> usageMember(key, length);
        };
    }

    private boolean topMember(int key, int length) {
        if (is(CHOICES, key, length) && at('[')) {
            return choiceArray();
        }
        if (is(USAGE, key, length) && eat('{')) {
            return members(Level.USAGE);
        }
        if (is(ERROR, key, length)) {
            error |= !at('n');
            return skipValue();
        }
        if (is(OBJECT, key, length) && at('"')) {
            int value = pos + 1;
            if (!skipString()) {
                return false;
            }
            // Servers up to vLLM 0.10.0 put the error's fields at the top.
            error |= is(ERROR, value, pos - 1 - value);
            return true;
        }
        return skipValue();
    }

    private boolean choiceArray() {
        pos++;
        skipSpace();
        if (eat(']')) {
            return true;
        }
        do {
            skipSpace();
            if (!eat('{') || !members(Level.CHOICE)) {
                return false;
            }
            choices = true;
            skipSpace();
        } while (eat(','));
        return eat(']');
    }

    private boolean choiceMember(int key, int length) {
        if (is(TEXT, key, length)) {
            return answerText();
        }
        if (is(DELTA, key, length) && eat('{')) {
            return members(Level.DELTA);
        }
        if (is(TOKEN_IDS, key, length) && at('[')) {
            return countIds();
        }
        return skipValue();
    }

    private boolean deltaMember(int key, int length) {
        if (is(CONTENT, key, length)) {
            return answerText();
        }
        if (is(REASONING, key, length) || is(REASONING_CONTENT, key, length)) {
            reasoning |= atText();
        }
        return skipValue();
    }

    private boolean usageMember(int key, int length) {
        if (is(PROMPT_TOKENS, key, length)) {
            promptTokens = count();
        } else if (is(COMPLETION_TOKENS, key, length)) {
            completionTokens = count();
        }
        return skipValue();
    }

    private boolean countIds() {
        pos++;
        idsStart = pos;
        int ids = 0;
        skipSpace();
        if (!eat(']')) {
            do {
                skipSpace();
                if (!skipValue()) {
                    return false;
                }
                ids++;
                skipSpace();
            } while (eat(','));
            if (!eat(']')) {
                return false;
            }
        }
        tokenIds = Math.max(tokenIds, 0) + ids;
        idsEnd = pos - 1;
        return true;
    }

    /** The whole number here, without moving; {@link #ABSENT} if there is none. */
    private int count() {
        long value = ABSENT;
        for (int i = pos; i < end && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
            value = Math.min(MAX_COUNT, Math.max(value, 0) * 10 + bytes[i] - '0');
        }
        return (int) value;
    }

    /** A value that is answer text, if it is a string. */
    private boolean answerText() {
        content |= atText();
        boolean string = at('"');
        int start = pos + 1;
        boolean read = skipValue();
        if (string && read) {
            textStart = start;
            textEnd = pos - 1;
        }
        return read;
    }

    private boolean atText() {
        return at('"') && pos + 1 < end && bytes[pos + 1] != '"';
    }

    private boolean skipValue() {
        if (at('"')) {
            return skipString();
        }
        if (at('{') || at('[')) {
            return skipNested();
        }
        int start = pos;
        while (pos < end && !endsLiteral(bytes[pos])) {
            pos++;
        }
        return pos > start;
    }

    private boolean skipNested() {
        int depth = 0;
        while (pos < end) {
            byte b = bytes[pos];
            if (b == '"') {
                if (!skipString()) {
                    return false;
                }
                continue;
            }
            pos++;
            if (b == '{' || b == '[') {
                depth++;
            } else if ((b == '}' || b == ']') && --depth == 0) {
                return true;
            }
        }
        return false;
    }

    private boolean skipString() {
        if (!eat('"')) {
            return false;
        }
        // In locals: fields would be written back at each byte.
        byte[] in = bytes;
        int last = end;
        int i = pos;
        while (i < last) {
            byte b = in[i++];
            if (b == '"') {
                pos = i;
                return true;
            }
            if (b == '\\') {
                i++;
            }
        }
        pos = i;
        return false;
    }

    private void skipSpace() {
        while (pos < end && bytes[pos] <= ' ' && isSpace(bytes[pos])) {
            pos++;
        }
    }

    private boolean at(char c) {
        return pos < end && bytes[pos] == c;
    }

    private boolean eat(char c) {
        if (!at(c)) {
            return false;
        }
        pos++;
        return true;
    }

    private boolean is(byte[] name, int start, int length) {
        if (length != name.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[start + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean endsLiteral(byte b) {
        return b == ',' || b == '}' || b == ']' || b == ' ' || b == '\n' || b == '\t' || b == '\r'
                || b == '"' || b == '{' || b == '[';
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\t' || b == '\r';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
}
