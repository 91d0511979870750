package dev.shakedown.workloads.agent;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.PromptText;
import dev.shakedown.workloads.load.TokenLengths;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** The records of a load as JSON, histograms in their own compressed form. */
final class AgentJson {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .addMixIn(Arrivals.class, Kind.class)
                    .addMixIn(TokenLengths.class, Kind.class)
                    .addMixIn(PromptText.class, Kind.class)
                    .addModule(
                            new SimpleModule()
                                    .addSerializer(Histogram.class, new Written())
                                    .addDeserializer(Histogram.class, new Read()))
                    .build();

    private AgentJson() {}

    /** Of a sealed type its record's name. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)
    private interface Kind {}

    /** On one line. */
    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static <T> T read(String text, Class<T> type) {
        return MAPPER.readValue(text, type);
    }

    static <T> T read(JsonNode node, Class<T> type) {
        return MAPPER.treeToValue(node, type);
    }

    private static final class Written extends ValueSerializer<Histogram> {
        @Override
        public void serialize(Histogram value, JsonGenerator out, SerializationContext context) {
            ByteBuffer buffer = ByteBuffer.allocate(value.getNeededByteBufferCapacity());
            int length = value.encodeIntoCompressedByteBuffer(buffer);
            out.writeBinary(buffer.array(), 0, length);
        }
    }

    private static final class Read extends ValueDeserializer<Histogram> {
        @Override
        public Histogram deserialize(JsonParser in, DeserializationContext context) {
            try {
                return Histogram.decodeFromCompressedByteBuffer(
                        ByteBuffer.wrap(in.getBinaryValue()), 0);
            } catch (DataFormatException | RuntimeException e) {
                return context.reportInputMismatch(Histogram.class, "no histogram: %s", e);
            }
        }
    }
}
