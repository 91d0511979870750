package dev.shakedown.workloads.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.measure.TokenSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenStreamTest {
    /** Everything a reader of the stream can see. */
    private record Seen(
            List<Integer> tokens,
            List<Boolean> content,
            int total,
            TokenSource source,
            int promptTokens,
            boolean done,
            String failure) {}

    @Test
    void continuousUsageCountsTokensOfRealCompletions() {
        Seen seen = read(sample("completions-continuous-usage"));
        assertThat(seen.tokens()).containsExactly(1, 1, 1, 1, 1, 1, 0);
        assertThat(seen.total()).isEqualTo(6);
        assertThat(seen.promptTokens()).isEqualTo(10);
        assertThat(seen.source()).isEqualTo(TokenSource.CONTINUOUS_USAGE);
        assertThat(seen.done()).isTrue();
    }

    @Test
    void roleChunkIsNoTokenAndEmptyContentCanBeOne() {
        Seen seen = read(sample("chat-continuous-usage"));
        assertThat(seen.tokens().subList(0, 4)).containsExactly(0, 1, 1, 1);
        assertThat(seen.content().subList(0, 4)).containsExactly(false, true, false, true);
        assertThat(seen.source()).isEqualTo(TokenSource.CONTINUOUS_USAGE);
    }

    @Test
    void tokenIdsPlaceTokensAndTheLastUsageCountsThem() {
        Seen seen = read(sample("chat-token-ids"));
        assertThat(seen.tokens().stream().mapToInt(Integer::intValue).sum()).isEqualTo(6);
        assertThat(seen.total()).isEqualTo(6);
        assertThat(seen.source()).isEqualTo(TokenSource.USAGE);
    }

    @Test
    void withoutUsageChunksWithContentCountOneEach() {
        Seen seen = read(sample("completions-tokenid-prompt-nousage"));
        // Six tokens were made, one with empty text: a count of chunks cannot know.
        assertThat(seen.total()).isEqualTo(5);
        assertThat(seen.source()).isEqualTo(TokenSource.CHUNKS);
    }

    @Test
    void severalTokensAChunkAreCountedByRunningUsage() {
        Seen seen =
                read(
                        event(
                                        "{\"choices\":[{\"text\":\"abc\"}],\"usage\":{\"completion_tokens\":3}}")
                                + event(
                                        "{\"usage\":{\"completion_tokens\":5,\"prompt_tokens\":7},"
                                                + "\"choices\":[{\"text\":\"\"}]}")
                                + "data: [DONE]\n\n");
        assertThat(seen.tokens()).containsExactly(3, 2);
        assertThat(seen.total()).isEqualTo(5);
        assertThat(seen.promptTokens()).isEqualTo(7);
    }

    @Test
    void severalTokensAChunkAreCountedByTokenIds() {
        Seen seen =
                read(
                        event(
                                "{\"choices\":[{\"delta\":{\"content\":\"x\"},\"token_ids\":[1, 2,3]}]}"));
        assertThat(seen.tokens()).containsExactly(3);
        assertThat(seen.source()).isEqualTo(TokenSource.TOKEN_IDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reasoning", "reasoning_content"})
    void reasoningIsATokenButNoContent(String field) {
        Seen seen =
                read(
                        event("{\"choices\":[{\"delta\":{\"" + field + "\":\"hm\"}}]}")
                                + event("{\"choices\":[{\"delta\":{\"content\":\"so\"}}]}"));
        assertThat(seen.tokens()).containsExactly(1, 1);
        assertThat(seen.content()).containsExactly(false, true);
    }

    @Test
    void commentsOtherFieldsAndEmptyLinesCarryNothing() {
        Seen seen = read(": ping\n\n\n\nevent: x\nid: 4\nretry: 10\ndatabase: no\n\n" + text("a"));
        assertThat(seen.tokens()).containsExactly(1);
        assertThat(seen.failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void everyLineEndOfTheStandardWorks(String lineEnd) {
        String stream = (text("a") + text("b") + "data:[DONE]\n\n").replace("\n", lineEnd);
        Seen seen = read(stream);
        assertThat(seen.total()).isEqualTo(2);
        assertThat(seen.done()).isTrue();
    }

    @Test
    void oneEventMayHaveSeveralDataLines() {
        Seen seen = read("data: {\"choices\":\ndata: [{\"text\":\"a\"}]}\n\n");
        assertThat(seen.total()).isEqualTo(1);
    }

    @Test
    void errorEventInMidStreamIsAFailureWithItsMessage() {
        Seen seen =
                read(text("a") + event("{\"error\":{\"message\":\"engine died\",\"code\":500}}"));
        assertThat(seen.failure()).isEqualTo("error event: engine died");
        assertThat(seen.total()).isEqualTo(1);
    }

    @Test
    void oldErrorEventsHaveTheirFieldsAtTheTop() {
        Seen seen = read(event("{\"object\":\"error\",\"message\":\"too long\",\"code\":400}"));
        assertThat(seen.failure()).isEqualTo("error event: too long");
    }

    @Test
    void nullErrorIsNone() {
        assertThat(read(event("{\"error\":null,\"choices\":[{\"text\":\"a\"}]}")).failure())
                .isEmpty();
    }

    @Test
    void eventsOver64KiBAreReadAndOverOneMiBRefused() {
        String big = "x".repeat(100_000);
        assertThat(read(text(big)).total()).isEqualTo(1);
        String huge = "y".repeat(TokenStream.MAX_EVENT_BYTES);
        assertThat(read(text("a") + text(huge)).failure()).startsWith("oversize event");
        assertThat(read("data: " + huge).failure()).startsWith("oversize event");
    }

    @Test
    void eventsAfterDoneDoNotCount() {
        assertThat(read(text("a") + "data: [DONE]\n\n" + text("b")).total()).isEqualTo(1);
    }

    @Test
    void lastDoneCountsWithoutItsLineEnd() {
        assertThat(read(text("a") + "data: [DONE]").done()).isTrue();
        assertThat(read(text("a") + "data: [DONE").done()).isFalse();
    }

    @Test
    void anySplitOfTheBytesGivesTheSameTokens() {
        SplittableRandom random = new SplittableRandom(7);
        for (String name : List.of("chat-continuous-usage", "completions-continuous-usage")) {
            for (String lineEnd : List.of("\n", "\r", "\r\n")) {
                String text =
                        new String(sample(name), StandardCharsets.UTF_8)
                                .replace("\n", lineEnd)
                                .replace("\"vx\"", "\"\\\"ü€\\\\\"");
                byte[] bytes = (": hi" + lineEnd + text).getBytes(StandardCharsets.UTF_8);
                Seen whole = read(bytes);
                assertThat(whole.total()).isPositive();
                for (int size = 1; size < 12; size++) {
                    int fixed = size;
                    assertThat(read(bytes, () -> fixed)).isEqualTo(whole);
                }
                for (int trial = 0; trial < 50; trial++) {
                    assertThat(read(bytes, () -> 1 + random.nextInt(400))).isEqualTo(whole);
                }
            }
        }
    }

    @Test
    void hostileBytesNeitherCrashNorHangAndSplitsDoNotMatter() {
        SplittableRandom random = new SplittableRandom(11);
        byte[] valid = sample("chat-continuous-usage");
        String alphabet = "{}[]\",:\\dat: \r\n0x-ü\0";
        for (int trial = 0; trial < 3_000; trial++) {
            byte[] bytes;
            if (trial % 2 == 0) {
                bytes = valid.clone();
                for (int i = 0; i < 1 + trial % 9; i++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
            } else {
                StringBuilder noise = new StringBuilder("data: {");
                for (int i = 0; i < 200; i++) {
                    noise.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                bytes = noise.append("\n\n").toString().getBytes(StandardCharsets.UTF_8);
            }
            Seen whole = read(bytes);
            assertThat(read(bytes, () -> 1 + random.nextInt(60))).isEqualTo(whole);
        }
    }

    @Test
    void deeplyNestedJsonDoesNotOverflowTheStack() {
        String nested = "[".repeat(400_000);
        assertThat(read(event("{\"x\":" + nested)).failure()).startsWith("malformed event");
    }

    @Test
    void hostileCountsStayInRange() {
        Seen seen =
                read(
                        event(
                                "{\"choices\":[{\"text\":\"\"}],\"usage\":{\"completion_tokens\":"
                                        + "99999999999999999999999999}}"));
        assertThat(seen.total()).isEqualTo(Integer.MAX_VALUE / 2);
        assertThat(read(event("{\"choices\":[{}],\"usage\":{\"completion_tokens\":-5}}")).total())
                .isZero();
    }

    private static String event(String json) {
        return "data: " + json + "\n\n";
    }

    private static String text(String content) {
        return event("{\"choices\":[{\"index\":0,\"text\":\"" + content + "\"}]}");
    }

    private static Seen read(String stream) {
        return read(stream.getBytes(StandardCharsets.UTF_8));
    }

    private static Seen read(byte[] bytes) {
        return read(bytes, () -> Math.max(1, bytes.length));
    }

    private static Seen read(byte[] bytes, java.util.function.IntSupplier nextSize) {
        List<Integer> tokens = new ArrayList<>();
        List<Boolean> content = new ArrayList<>();
        TokenStream stream =
                new TokenStream(
                        (_, count, hasContent) -> {
                            tokens.add(count);
                            content.add(hasContent);
                        });
        for (int offset = 0; offset < bytes.length; ) {
            int size = Math.min(nextSize.getAsInt(), bytes.length - offset);
            stream.feed(bytes, offset, size, offset);
            offset += size;
        }
        stream.end();
        return new Seen(
                tokens,
                content,
                stream.tokens(),
                stream.source(),
                stream.promptTokens().orElse(-1),
                stream.done(),
                stream.failure().map(f -> f.reason() + ": " + f.text()).orElse(""));
    }

    private static byte[] sample(String name) {
        try (InputStream in = TokenStreamTest.class.getResourceAsStream(name + ".sse")) {
            return Objects.requireNonNull(in).readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
