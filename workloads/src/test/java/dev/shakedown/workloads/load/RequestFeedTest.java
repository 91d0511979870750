package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.workloads.openai.CompletionRequest;
import dev.shakedown.workloads.openai.PromptWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestFeedTest {
    private static final Prompts PROMPTS =
            new Prompts(new TokenLengths.Fixed(10), new TokenLengths.Fixed(4), 1);

    @Test
    void promptThatCannotBeWrittenEndsTheLoadInsteadOfHangingIt() throws Exception {
        try (RequestFeed feed = feed(new Failing())) {
            assertThatThrownBy(() -> feed.next(() -> false))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no words");
        }
    }

    @Test
    void stoppedLoadDoesNotWaitForItsNextPrompt() throws Exception {
        try (RequestFeed feed = feed(new Failing())) {
            assertThat(feed.next(() -> true)).isEmpty();
        }
    }

    @Test
    void promptsShareTheTokensOfTheBlocksThatTheirsShared() {
        Prompts prompts =
                new Prompts(
                        new TokenLengths.Listed("trace", List.of(1100, 1600, 1100)),
                        new TokenLengths.Fixed(1),
                        7,
                        new PromptText.Blocks(
                                List.of(List.of(0L, 1L, 2L), List.of(0L, 1L, 9L), List.of(8L))));
        try (RequestFeed feed = new RequestFeed(prompts, new Drawing(), OptionalInt.empty())) {
            String[] first = tokens(feed, 0);
            String[] second = tokens(feed, 1);
            String[] third = tokens(feed, 2);
            assertThat(first).hasSize(1100).isEqualTo(tokens(feed, 0));
            assertThat(Arrays.mismatch(first, second)).isBetween(1024, 1030);
            assertThat(Arrays.mismatch(first, third)).isLessThan(5);
            assertThat(Arrays.mismatch(second, third)).isLessThan(5);
        }
    }

    @Test
    void textsOfAFileAreSentAsTheyAreOneAfterTheOther() {
        try (RequestFeed feed =
                new RequestFeed(texts("one", "four"), new Drawing(), OptionalInt.empty())) {
            assertThat(List.of(body(feed, 0), body(feed, 1), body(feed, 2)))
                    .containsExactly("one", "four", "one");
        }
    }

    @Test
    void textBeyondTheModelIsShortenedAndToldAsCut() {
        try (RequestFeed feed =
                new RequestFeed(texts("a", "twelve and on"), new Drawing(), OptionalInt.of(8))) {
            assertThat(feed.number(0).drawn().cut()).isFalse();
            assertThat(feed.number(1).drawn().cut()).isTrue();
            assertThat(body(feed, 1)).isEqualTo("twel");
        }
    }

    private static Prompts texts(String... texts) {
        return new Prompts(
                new TokenLengths.Listed("file", Arrays.stream(texts).map(String::length).toList()),
                new TokenLengths.Fixed(4),
                7,
                new PromptText.Given(
                        "f", 9, 0, PromptText.Given.Format.JSON_LINES, List.of(texts)));
    }

    private static String[] tokens(RequestFeed feed, long number) {
        return body(feed, number).split(" ");
    }

    private static String body(RequestFeed feed, long number) {
        return new String(feed.number(number).request().body(), StandardCharsets.UTF_8);
    }

    /** One bounded draw a token, as all writers do it. */
    private static final class Drawing implements PromptWriter {
        @Override
        public CompletionRequest write(int inputTokens, int outputTokens, RandomGenerator random) {
            return write(
                    IntStream.range(0, inputTokens)
                            .mapToObj(_ -> String.valueOf(random.nextInt(1000)))
                            .collect(Collectors.joining(" ")),
                    outputTokens);
        }

        @Override
        public CompletionRequest write(String prompt, int outputTokens) {
            return new CompletionRequest("", prompt.getBytes(StandardCharsets.UTF_8), outputTokens);
        }

        @Override
        public boolean exact() {
            return true;
        }

        @Override
        public int shortest() {
            return 1;
        }
    }

    /** Draws what a load draws; its bodies are never read. */
    static RequestFeed feed(Prompts prompts, int maxModelLength) {
        return new RequestFeed(prompts, new Failing(), OptionalInt.of(maxModelLength));
    }

    private static RequestFeed feed(PromptWriter writer) {
        return new RequestFeed(PROMPTS, writer, OptionalInt.empty());
    }

    private static final class Failing implements PromptWriter {
        @Override
        public CompletionRequest write(int inputTokens, int outputTokens, RandomGenerator random) {
            throw new IllegalStateException("no words");
        }

        @Override
        public CompletionRequest write(String prompt, int outputTokens) {
            throw new IllegalStateException("no words");
        }

        @Override
        public boolean exact() {
            return false;
        }

        @Override
        public int shortest() {
            return 1;
        }
    }
}
