package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.workloads.openai.CompletionRequest;
import dev.shakedown.workloads.openai.PromptWriter;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
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
        public boolean exact() {
            return false;
        }

        @Override
        public int shortest() {
            return 1;
        }
    }
}
