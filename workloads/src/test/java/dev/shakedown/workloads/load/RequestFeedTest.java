package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.workloads.openai.CompletionRequest;
import dev.shakedown.workloads.openai.PromptPart;
import dev.shakedown.workloads.openai.PromptWriter;
import dev.shakedown.workloads.openai.Said;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.LongStream;
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
    void promptsShareTheBlocksThatTheirsShared() {
        Prompts prompts =
                blocks(
                        List.of(1100, 1600, 1100),
                        List.of(List.of(0L, 1L, 2L), List.of(0L, 1L, 9L), List.of(8L)));
        try (RequestFeed feed = feed(prompts, 10_000)) {
            List<PromptPart> first = feed.drawn(0).prompt();
            List<PromptPart> second = feed.drawn(1).prompt();
            List<PromptPart> third = feed.drawn(2).prompt();
            assertThat(first).isEqualTo(feed.drawn(0).prompt());
            assertThat(first).extracting(PromptPart::tokens).containsExactly(512, 512, 75, 1);
            assertThat(second).extracting(PromptPart::tokens).containsExactly(512, 512, 512, 64);
            assertThat(third).extracting(PromptPart::tokens).containsExactly(512, 588);
            assertThat(second.subList(0, 2)).isEqualTo(first.subList(0, 2));
            assertThat(first).doesNotContainAnyElementsOf(second.subList(2, 4));
            assertThat(third).doesNotContainAnyElementsOf(first);
        }
    }

    @Test
    void blocksEndBeforeThePromptsLastToken() {
        Prompts prompts = blocks(List.of(1024, 513, 1), Collections.nCopies(3, List.of(0L, 1L)));
        try (RequestFeed feed = feed(prompts, 10_000)) {
            assertThat(feed.drawn(0).prompt())
                    .extracting(PromptPart::tokens)
                    .containsExactly(512, 511, 1);
            assertThat(feed.drawn(1).prompt())
                    .extracting(PromptPart::tokens)
                    .containsExactly(512, 1);
            assertThat(feed.drawn(2).prompt()).extracting(PromptPart::tokens).containsExactly(1);
        }
    }

    private static Prompts blocks(List<Integer> tokens, List<List<Long>> ids) {
        return new Prompts(
                new TokenLengths.Listed("trace", tokens),
                new TokenLengths.Fixed(1),
                7,
                new PromptText.Blocks(ids));
    }

    @Test
    void textsOfAFileAreSentAsTheyAreOneAfterTheOther() {
        try (RequestFeed feed =
                new RequestFeed(texts("one", "four"), new Drawing(), OptionalInt.empty())) {
            assertThat(List.of(body(feed, 0), body(feed, 1), body(feed, 2)))
                    .containsExactly("one", "four", "one");
            assertThat(feed.drawn(2).prompt())
                    .isEqualTo(feed.drawn(0).prompt())
                    .isNotEqualTo(feed.drawn(1).prompt());
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

    private static String body(RequestFeed feed, long number) {
        return new String(feed.number(number).request().body(), StandardCharsets.UTF_8);
    }

    @Test
    void sharedPrefixesAreDrawnByTheRatioAndEachAsOftenAsTheOthers() {
        List<Draws.Drawn> drawn = sharing(new TokenLengths.Fixed(100), 0.8, 7);
        assertThat(drawn).allMatch(request -> request.inputTokens() == 100);
        List<PromptPart> prefixes =
                drawn.stream()
                        .map(Draws.Drawn::prompt)
                        .filter(p -> p.size() == 2)
                        .map(List::getFirst)
                        .toList();
        // Of 4,000 draws at 0.8 and at a quarter of it, four standard deviations.
        assertThat(prefixes.size()).isBetween(3_100, 3_300);
        Set<PromptPart> different = new HashSet<>(prefixes);
        assertThat(different).hasSize(4).allMatch(prefix -> prefix.tokens() == 40);
        assertThat(different)
                .allMatch(
                        one -> Math.abs(prefixes.stream().filter(one::equals).count() - 800) < 102);
    }

    @Test
    void whatIsNotSharedIsNewInEveryRequest() {
        List<PromptPart> own =
                sharing(new TokenLengths.Fixed(100), 0.8, 7).stream()
                        .map(request -> request.prompt().getLast())
                        .toList();
        assertThat(new HashSet<>(own)).hasSize(own.size());
    }

    @Test
    void sharedPrefixesAreAFunctionOfTheSeed() {
        TokenLengths lengths = new TokenLengths.Fixed(100);
        assertThat(sharing(lengths, 0.8, 7)).isEqualTo(sharing(lengths, 0.8, 7));
        assertThat(new HashSet<>(sharing(lengths, 0.8, 7)))
                .doesNotContainAnyElementsOf(sharing(lengths, 0.8, 8));
    }

    @Test
    void promptThatIsNoLongerThanThePrefixKeepsATokenOfItsOwn() {
        assertThat(sharing(new TokenLengths.Uniform(1, 60), 1, 7))
                .allSatisfy(
                        request -> {
                            int shared = Math.min(40, request.inputTokens() - 1);
                            assertThat(request.prompt().getLast().tokens())
                                    .isEqualTo(request.inputTokens() - shared);
                            assertThat(request.prompt()).hasSize(shared > 0 ? 2 : 1);
                        });
    }

    /** The first 4,000 requests; their prefixes are 4 of 40 tokens. */
    private static List<Draws.Drawn> sharing(TokenLengths input, double ratio, long seed) {
        Prompts prompts =
                new Prompts(
                        input,
                        new TokenLengths.Fixed(4),
                        seed,
                        new PromptText.Words(),
                        Optional.of(new SharedPrefix(4, 40, ratio)));
        try (RequestFeed feed = feed(prompts, 1000)) {
            return LongStream.range(0, 4_000).mapToObj(feed::drawn).toList();
        }
    }

    /** Draws what a load draws; its bodies are never read. */
    static RequestFeed feed(Prompts prompts, int maxModelLength) {
        return new RequestFeed(prompts, new Failing(), OptionalInt.of(maxModelLength));
    }

    private static RequestFeed feed(PromptWriter writer) {
        return new RequestFeed(PROMPTS, writer, OptionalInt.empty());
    }

    /** Writes texts. */
    private static final class Drawing implements PromptWriter {
        @Override
        public CompletionRequest write(
                List<Said> history, List<PromptPart> prompt, int outputTokens) {
            throw new IllegalStateException("texts only");
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

    private static final class Failing implements PromptWriter {
        @Override
        public CompletionRequest write(
                List<Said> history, List<PromptPart> prompt, int outputTokens) {
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
