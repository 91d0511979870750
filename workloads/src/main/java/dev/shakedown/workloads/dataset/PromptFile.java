package dev.shakedown.workloads.dataset;

import dev.shakedown.workloads.load.PromptText;
import java.io.IOException;
import java.io.LineNumberReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads prompts: ShareGPT's JSON, a list of conversations of which the first question is asked, or
 * JSON lines with {@code prompt} (as vLLM's custom data set has it) or {@code text_input}
 * (AIPerf's) and, where it is known, {@code output_tokens} or {@code output_length}.
 */
public final class PromptFile {
    /** More would take much memory. */
    public static final int MOST_PROMPTS = 1_000_000;

    private static final long MOST_CHARACTERS = 256L << 20;
    private static final JsonMapper JSON =
            JsonMapper.builder().disable(StreamReadFeature.AUTO_CLOSE_SOURCE).build();

    private final int limit;
    private final List<String> texts = new ArrayList<>();
    private final List<Integer> outputTokens = new ArrayList<>();
    private int leftOut;
    private long characters;

    private PromptFile(int limit) {
        this.limit = limit;
    }

    /**
     * Reads a file.
     *
     * @param limit no more of its prompts than these, from its begin
     * @throws DataFileException if it holds something else
     */
    public static PromptSet read(Path file, int limit) throws IOException {
        PromptFile prompts = new PromptFile(limit);
        try (LineNumberReader in = DataFile.open(file)) {
            in.mark(1);
            int first = in.read();
            in.reset();
            PromptText.Given.Format format =
                    switch (first) {
                        case '[' -> PromptText.Given.Format.SHARE_GPT;
                        case '{' -> PromptText.Given.Format.JSON_LINES;
                        default ->
                                throw new DataFileException(
                                        1,
                                        1,
                                        "prompts are a JSON list of conversations, or JSON lines with prompt and output_tokens; this begins with neither [ nor {");
                    };
            if (format == PromptText.Given.Format.SHARE_GPT) {
                prompts.conversations(in);
            } else {
                prompts.lines(in);
            }
            return prompts.of(file, format, in.getLineNumber());
        }
    }

    private PromptSet of(Path file, PromptText.Given.Format format, int lines) {
        if (texts.isEmpty()) {
            throw new DataFileException(Math.max(1, lines), 1, "the file holds no prompt");
        }
        boolean told = outputTokens.stream().allMatch(tokens -> tokens > 0);
        return new PromptSet(
                new PromptText.Given(file.toString(), limit, leftOut, format, texts),
                told ? List.copyOf(outputTokens) : List.of());
    }

    private void conversations(LineNumberReader reader) {
        try (JsonParser in = JSON.createParser(reader)) {
            in.nextToken();
            while (in.nextToken() == JsonToken.START_OBJECT && texts.size() < limit) {
                Place place =
                        new Place(
                                in.currentTokenLocation().getLineNr(),
                                in.currentTokenLocation().getColumnNr());
                JsonNode entry = in.readValueAsTree();
                JsonNode turns = entry.path("conversations");
                if (!turns.isArray()) {
                    throw place.wrong("the entry has no list conversations");
                }
                conversation(turns, place);
            }
            if (texts.size() < limit && in.currentToken() != JsonToken.END_ARRAY) {
                throw new DataFileException(
                        in.currentTokenLocation().getLineNr(),
                        in.currentTokenLocation().getColumnNr(),
                        "an entry is a JSON object with conversations");
            }
        } catch (JacksonException e) {
            throw DataFile.noJson(e, e.getLocation().getLineNr());
        }
    }

    /** The first question and the answer that follows it. */
    private void conversation(JsonNode turns, Place place) {
        for (int i = 0; i < turns.size(); i++) {
            String from = turns.get(i).path("from").asString("");
            if (from.equals("human") || from.equals("user")) {
                String reply = turns.path(i + 1).path("value").asString("");
                add(
                        turns.get(i).path("value").asString(""),
                        reply.isEmpty() ? 0 : estimated(reply),
                        place);
                return;
            }
        }
        leftOut++;
    }

    private void lines(LineNumberReader reader) throws IOException {
        for (String line = reader.readLine();
                line != null && texts.size() < limit;
                line = reader.readLine()) {
            if (!line.isBlank()) {
                line(line, new Place(reader.getLineNumber(), 1));
            }
        }
    }

    private void line(String line, Place place) {
        JsonNode entry;
        try {
            entry = JSON.readTree(line);
        } catch (JacksonException e) {
            throw DataFile.noJson(e, place.line);
        }
        JsonNode prompt = entry.path(entry.has("prompt") ? "prompt" : "text_input");
        if (!prompt.isString()) {
            throw place.wrong("the entry has no text prompt or text_input");
        }
        JsonNode tokens =
                entry.path(entry.has("output_tokens") ? "output_tokens" : "output_length");
        if (!tokens.isMissingNode()
                && (!tokens.canConvertToExactIntegral()
                        || tokens.asLong(0) < 1
                        || tokens.asLong(0) > TraceNumbers.MOST_TOKENS)) {
            throw place.wrong(
                    "%s is no count of tokens from 1 to %s"
                            .formatted(
                                    DataFile.quoted(tokens.toString()),
                                    DataFile.count(TraceNumbers.MOST_TOKENS)));
        }
        add(prompt.asString(""), tokens.asInt(0), place);
    }

    private void add(String text, int tokens, Place place) {
        if (text.isBlank()) {
            leftOut++;
            return;
        }
        characters += text.length();
        if (characters > MOST_CHARACTERS) {
            throw place.wrong(
                    "more than %s characters of prompts by here; write limit: %d"
                            .formatted(DataFile.count(MOST_CHARACTERS), texts.size()));
        }
        texts.add(text);
        outputTokens.add(tokens);
    }

    static int estimated(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        return Math.max(1, Math.ceilDiv(bytes, PromptText.Given.BYTES_PER_TOKEN));
    }

    /** Where an entry begins. */
    private record Place(int line, int column) {
        DataFileException wrong(String text) {
            return new DataFileException(line, column, text);
        }
    }
}
