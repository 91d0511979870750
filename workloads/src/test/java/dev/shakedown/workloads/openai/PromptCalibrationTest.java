package dev.shakedown.workloads.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

// They mostly wait.
@Execution(ExecutionMode.CONCURRENT)
class PromptCalibrationTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int TEMPLATE = 13;

    /** A word is one token if it has up to four letters, else two; a template stands around it. */
    private static int chatTokens(String message) {
        return TEMPLATE
                + Arrays.stream(message.split(" ")).mapToInt(w -> w.length() > 4 ? 2 : 1).sum();
    }

    @Test
    void completionsUseIdsThatTheServerKnows() throws Exception {
        JsonNode body =
                JSON.readTree(write(false, "{\"count\":4,\"tokens\":[7,9,7,300]}", 50).body());
        assertThat(body.path("prompt")).hasSize(50);
        body.path("prompt").forEach(id -> assertThat(id.asInt()).isIn(7, 9, 300));
        assertThat(body.path("min_tokens").asInt()).isEqualTo(6);
        assertThat(body.path("max_tokens").asInt()).isEqualTo(6);
        assertThat(body.path("ignore_eos").asBoolean()).isTrue();
        assertThat(body.path("temperature").asInt(-1)).isZero();
        assertThat(body.path("cache_salt").asString()).isEqualTo("salt");
        assertThat(body.path("stream_options").path("continuous_usage_stats").asBoolean()).isTrue();
    }

    /** A text comes again in the next run: only the salt keeps it out of that run's cache. */
    @Test
    void textsOfAFileAreSentAsTheyAreWithTheRunsSalt() throws Exception {
        try (MockWebServer web = server(PromptCalibrationTest::chatTokens)) {
            JsonNode completion =
                    JSON.readTree(
                            PromptCalibration.completions(api(web), bodies())
                                    .write("Schön \"so\"", 6)
                                    .body());
            assertThat(completion.path("prompt").asString()).isEqualTo("Schön \"so\"");
            JsonNode chat =
                    JSON.readTree(
                            PromptCalibration.chat(api(web), bodies()).write("Why?", 6).body());
            assertThat(chat.path("messages").path(0).path("content").asString()).isEqualTo("Why?");
            for (JsonNode body : List.of(completion, chat)) {
                assertThat(body.path("cache_salt").asString()).isEqualTo("salt");
                assertThat(body.path("max_tokens").asInt()).isEqualTo(6);
            }
        }
    }

    @Test
    void chatsAreAsLongAsWantedBehindTheTemplate() throws Exception {
        try (MockWebServer web = server(PromptCalibrationTest::chatTokens)) {
            PromptWriter writer = PromptCalibration.chat(api(web), bodies());
            assertThat(writer.exact()).isTrue();
            assertThat(writer.shortest()).isEqualTo(TEMPLATE + 1);
            for (int length : new int[] {14, 15, 100, 1000}) {
                String message = message(writer.write(one(length), 6));
                assertThat(chatTokens(message)).isEqualTo(length);
            }
        }
    }

    @Test
    void promptsThatShareAPartAreTheSameUpToItsEnd() throws Exception {
        PromptPart shared = new PromptPart(30, 9);
        try (MockWebServer web = server(PromptCalibrationTest::chatTokens)) {
            PromptWriter chats = PromptCalibration.chat(api(web), bodies());
            String one = message(chats.write(List.of(shared, new PromptPart(40, 1)), 6));
            String other = message(chats.write(List.of(shared, new PromptPart(20, 2)), 6));
            assertThat(chatTokens(one)).isEqualTo(70);
            assertThat(chatTokens(other)).isEqualTo(50);
            assertThat(one.split(" ")).startsWith(Arrays.copyOf(other.split(" "), 30));
            assertThat(one).doesNotStartWith(other);
        }
        PromptWriter ids = completions("{\"tokens\":[7,9,11,13,300]}");
        List<Integer> one = ids(ids.write(List.of(shared, new PromptPart(40, 1)), 6));
        List<Integer> other = ids(ids.write(List.of(shared, new PromptPart(20, 2)), 6));
        assertThat(one).hasSize(70);
        assertThat(other).hasSize(50);
        assertThat(one.subList(0, 30)).isEqualTo(other.subList(0, 30));
        assertThat(one.subList(0, 50)).isNotEqualTo(other);
    }

    @Test
    void laterTurnRepeatsTheTokensThatTheServerGave() throws Exception {
        PromptPart first = new PromptPart(30, 1);
        PromptPart second = new PromptPart(4, 2);
        PromptWriter writer = completions("{\"tokens\":[7,9,11,13,300]}");
        Said said = new Said(List.of(first), new Answer(new int[] {90_001, 90_002}, "ab"));
        List<Integer> begin = ids(writer.write(List.of(first), 6));
        List<Integer> later = ids(writer.write(List.of(said), List.of(second), 6));
        assertThat(later).hasSize(36).startsWith(begin.toArray(Integer[]::new));
        assertThat(later.subList(30, 32)).containsExactly(90_001, 90_002);
        assertThat(later.subList(32, 36)).isEqualTo(ids(writer.write(List.of(second), 6)));
    }

    /** A server that returns no ids tells how it reads its own text. */
    @Test
    void answerWithoutTokenIdsIsReadByTheServer() throws Exception {
        Answer text = new Answer(new int[0], "ab");
        Answer ids = new Answer(new int[] {5}, "ab");
        try (MockWebServer web = new MockWebServer()) {
            web.start();
            web.enqueue(new MockResponse.Builder().body("{\"tokens\":[7,9,11]}").build());
            web.enqueue(new MockResponse.Builder().body("{\"tokens\":[20,21]}").build());
            PromptWriter writer = PromptCalibration.completions(api(web), bodies());
            assertThat(writer.repeatable(ids)).isSameAs(ids);
            assertThat(writer.repeatable(text).tokenIds()).containsExactly(20, 21);
        }
    }

    @Test
    void chatRepeatsWhatWasSaidAsMessagesInTurns() throws Exception {
        try (MockWebServer web = server(PromptCalibrationTest::chatTokens)) {
            PromptWriter writer = PromptCalibration.chat(api(web), bodies());
            Said said = new Said(one(40), new Answer(new int[0], "so \"what\""));
            JsonNode messages =
                    JSON.readTree(writer.write(List.of(said), one(20), 6).body()).path("messages");
            assertThat(messages.valueStream().map(m -> m.path("role").asString()))
                    .containsExactly("user", "assistant", "user");
            assertThat(messages.path(0).path("content").asString())
                    .isEqualTo(message(writer.write(one(40), 6)));
            assertThat(messages.path(1).path("content").asString()).isEqualTo("so \"what\"");
        }
    }

    @Test
    void chatsWhoseWordsMergeAreCalledApproximate() throws Exception {
        // Promised one token a word, but mixed words come out shorter.
        ToIntFunction<String> merging =
                text ->
                        Arrays.stream(text.split(" ")).distinct().count() > 1
                                ? 5
                                : chatTokens(text);
        try (MockWebServer web = server(merging)) {
            assertThat(PromptCalibration.chat(api(web), bodies()).exact()).isFalse();
        }
    }

    @Test
    void withoutTokenizeLengthsAreApproximateWords() throws Exception {
        assertThat(message(write(true, "", 20)).split(" ")).hasSize(20);
        JsonNode body = JSON.readTree(write(false, "", 20).body());
        assertThat(body.path("prompt").asString().split(" ")).hasSize(20);
    }

    @Test
    void maximumLengthIsThatOfTheServedModel() throws Exception {
        try (MockWebServer web = new MockWebServer()) {
            web.start();
            String models =
                    "{\"data\":[{\"id\":\"other\",\"max_model_len\":1},"
                            + "{\"id\":\"m\",\"max_model_len\":2048}]}";
            web.enqueue(new MockResponse.Builder().body(models).build());
            assertThat(api(web).maxModelLength()).hasValue(2048);
            assertThat(web.takeRequest().getTarget()).isEqualTo("/v1/models");
        }
    }

    private static CompletionRequest write(boolean chat, String tokenizeReply, int length)
            throws IOException {
        try (MockWebServer web = new MockWebServer()) {
            web.setDispatcher(
                    new Dispatcher() {
                        @Override
                        public MockResponse dispatch(RecordedRequest request) {
                            return tokenizeReply.isEmpty()
                                    ? new MockResponse.Builder().code(404).build()
                                    : new MockResponse.Builder().body(tokenizeReply).build();
                        }
                    });
            web.start();
            PromptWriter writer =
                    chat
                            ? PromptCalibration.chat(api(web), bodies())
                            : PromptCalibration.completions(api(web), bodies());
            assertThat(writer.exact()).isEqualTo(!tokenizeReply.isEmpty());
            return writer.write(one(length), 6);
        }
    }

    private static PromptWriter completions(String tokenizeReply) throws IOException {
        try (MockWebServer web = new MockWebServer()) {
            web.start();
            web.enqueue(new MockResponse.Builder().body(tokenizeReply).build());
            return PromptCalibration.completions(api(web), bodies());
        }
    }

    private static List<PromptPart> one(int tokens) {
        return List.of(new PromptPart(tokens, tokens));
    }

    private static List<Integer> ids(CompletionRequest request) {
        return JSON.readTree(request.body())
                .path("prompt")
                .valueStream()
                .map(JsonNode::asInt)
                .toList();
    }

    private static MockWebServer server(ToIntFunction<String> chatTokens) throws IOException {
        MockWebServer web = new MockWebServer();
        web.setDispatcher(
                new Dispatcher() {
                    @Override
                    public MockResponse dispatch(RecordedRequest request) {
                        JsonNode body =
                                JSON.readTree(
                                        java.util.Objects.requireNonNull(request.getBody()).utf8());
                        String text = body.path("messages").path(0).path("content").asString();
                        return new MockResponse.Builder()
                                .body("{\"count\":" + chatTokens.applyAsInt(text) + "}")
                                .build();
                    }
                });
        web.start();
        return web;
    }

    private static ServerApi api(MockWebServer web) {
        Endpoint endpoint = Endpoint.of(web.url("/").uri(), "m");
        return new ServerApi(endpoint, Duration.ofSeconds(20));
    }

    private static RequestBodies bodies() {
        return new RequestBodies("m", "salt");
    }

    private static String message(CompletionRequest request) {
        String body = new String(request.body(), StandardCharsets.UTF_8);
        return JSON.readTree(body).path("messages").path(0).path("content").asString();
    }
}
