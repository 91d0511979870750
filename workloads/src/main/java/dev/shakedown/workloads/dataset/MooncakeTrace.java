package dev.shakedown.workloads.dataset;

import dev.shakedown.workloads.load.Trace;
import dev.shakedown.workloads.load.TraceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * Mooncake's traces (github.com/kvcache-ai/Mooncake, FAST25-release/traces): one JSON object a
 * line, {@code timestamp} in milliseconds, {@code input_length}, {@code output_length} and {@code
 * hash_ids}, one for each begun block of 512 prompt tokens. Other members are not looked at.
 */
final class MooncakeTrace implements TraceFile.TraceFormat {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MILLIS = 6;

    @Override
    public TraceRequest read(String line, int number) {
        try (JsonParser in = JSON.createParser(line)) {
            return new Line(in, number).request();
        } catch (JacksonException e) {
            throw DataFile.noJson(e, number);
        }
    }

    /** One line as it is read. */
    private static final class Line {
        private final JsonParser in;
        private final int number;
        private OptionalLong atNs = OptionalLong.empty();
        private OptionalLong inputTokens = OptionalLong.empty();
        private OptionalLong outputTokens = OptionalLong.empty();
        private List<Long> blocks = List.of();
        private int blocksColumn = 1;

        Line(JsonParser in, int number) {
            this.in = in;
            this.number = number;
        }

        TraceRequest request() {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw wrong("a request is a JSON object");
            }
            for (String name = in.nextName(); name != null; name = in.nextName()) {
                in.nextToken();
                member(name);
            }
            if (in.nextToken() != null) {
                throw wrong("one request a line; this begins another");
            }
            TraceRequest request =
                    new TraceRequest(
                            required(atNs, "timestamp"),
                            (int) required(inputTokens, "input_length"),
                            (int) required(outputTokens, "output_length"),
                            blocks);
            blocksHold(request);
            return request;
        }

        private void member(String name) {
            switch (name) {
                case "timestamp" ->
                        atNs =
                                number(
                                        TraceNumbers.nanos(text(), MILLIS),
                                        "no time in milliseconds");
                case "input_length" -> inputTokens = tokens();
                case "output_length" -> outputTokens = tokens();
                case "hash_ids" -> blocks = ids();
                default -> in.skipChildren();
            }
        }

        private OptionalLong tokens() {
            return number(
                    TraceNumbers.tokens(text()).map(Integer::longValue),
                    "no count of tokens from 0 to " + DataFile.count(TraceNumbers.MOST_TOKENS));
        }

        private List<Long> ids() {
            blocksColumn = in.currentTokenLocation().getColumnNr();
            if (in.currentToken() != JsonToken.START_ARRAY) {
                throw wrong("hash_ids is a list of whole numbers");
            }
            List<Long> ids = new ArrayList<>();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                ids.add(
                        number(TraceNumbers.nanos(text(), 0), "no whole number of a block")
                                .getAsLong());
            }
            return ids;
        }

        /** Where blocks are smaller, as in Bailian's traces, times are in another unit, too. */
        private void blocksHold(TraceRequest request) {
            long lastBegins = (request.blocks().size() - 1L) * Trace.BLOCK_TOKENS;
            if (lastBegins > 0 && lastBegins >= request.inputTokens()) {
                throw new DataFileException(
                        number,
                        blocksColumn,
                        "%d hash_ids are too many for %d tokens in blocks of %d; this is no trace of Mooncake's"
                                .formatted(
                                        request.blocks().size(),
                                        request.inputTokens(),
                                        Trace.BLOCK_TOKENS));
            }
        }

        private String text() {
            return in.currentToken().isNumeric() ? in.getString() : "";
        }

        private OptionalLong number(Optional<Long> read, String why) {
            return OptionalLong.of(
                    read.orElseThrow(() -> wrong(DataFile.quoted(in.getString()) + " is " + why)));
        }

        private long required(OptionalLong value, String name) {
            return value.orElseThrow(
                    () -> new DataFileException(number, 1, "the request has no " + name));
        }

        private DataFileException wrong(String text) {
            return new DataFileException(number, in.currentTokenLocation().getColumnNr(), text);
        }
    }
}
