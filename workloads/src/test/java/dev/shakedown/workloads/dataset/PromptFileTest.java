package dev.shakedown.workloads.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.workloads.load.PromptText;
import dev.shakedown.workloads.load.TokenLengths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptFileTest {
    private static final String SHARE_GPT =
            """
            [{"id": "a", "conversations": [
               {"from": "system", "value": "Be kind."},
               {"from": "human", "value": "What is it?"},
               {"from": "gpt", "value": "It is what it is."}]},
             {"id": "b", "conversations": []},
             {"id": "c", "conversations": [{"from": "user", "value": "Ja? Schön."},
                                           {"from": "gpt", "value": "So"}]}]
            """;

    @TempDir Path folder;

    @Test
    void shareGptAsksTheFirstQuestionAndItsReplyIsAsLongAsItsBytesSay() throws IOException {
        PromptSet set = read(SHARE_GPT);
        assertThat(set.given().texts()).containsExactly("What is it?", "Ja? Schön.");
        assertThat(set.given().leftOut()).isEqualTo(1);
        assertThat(set.given().format()).isEqualTo(PromptText.Given.Format.SHARE_GPT);
        assertThat(set.inputLengths()).isEqualTo(new TokenLengths.Listed("file", List.of(3, 3)));
        assertThat(set.outputLengths()).contains(new TokenLengths.Listed("file", List.of(5, 1)));
    }

    @Test
    void jsonLinesTellTheirOutputTokensUnderEitherName() throws IOException {
        PromptSet set =
                read(
                        """
                        {"prompt": "One", "output_tokens": 128}

                        {"text_input": "Two", "output_length": 7, "session_id": "s"}
                        """);
        assertThat(set.given().texts()).containsExactly("One", "Two");
        assertThat(set.outputLengths()).contains(new TokenLengths.Listed("file", List.of(128, 7)));
    }

    @Test
    void outputLengthsThatAreNotToldForAllAreToldForNone() throws IOException {
        assertThat(
                        read("{\"prompt\": \"One\", \"output_tokens\": 3}\n{\"prompt\": \"Two\"}\n")
                                .outputLengths())
                .isEmpty();
    }

    @Test
    void noMoreThanTheLimitIsRead() throws IOException {
        assertThat(PromptFile.read(write(SHARE_GPT), 1).given().texts()).hasSize(1);
        assertThat(PromptFile.read(write("{\"prompt\": \"One\"}\n{\n"), 1).given().texts())
                .hasSize(1);
    }

    @Test
    void orderIsAPermutationThatTheSeedGives() throws IOException {
        PromptSet set =
                read(
                        IntStream.range(0, 100)
                                .mapToObj(
                                        i ->
                                                "{\"prompt\": \"p%d\", \"output_tokens\": %d}"
                                                        .formatted(i, i + 1))
                                .collect(Collectors.joining("\n")));
        List<String> texts = set.shuffled(1).given().texts();
        assertThat(texts)
                .isEqualTo(set.shuffled(1).given().texts())
                .isNotEqualTo(set.shuffled(2).given().texts())
                .isNotEqualTo(set.given().texts())
                .containsExactlyInAnyOrderElementsOf(set.given().texts());
        assertThat(set.shuffled(1).outputTokens())
                .isEqualTo(
                        texts.stream()
                                .map(text -> Integer.parseInt(text.substring(1)) + 1)
                                .toList());
    }

    @Test
    void mistakesAreToldWithLineAndColumn() {
        mistake("", "line 1, column 1: prompts are a JSON list");
        mistake("prompt\nOne\n", "line 1, column 1: prompts are a JSON list");
        mistake("[]", "line 1, column 1: the file holds no prompt");
        mistake("[\n {\"id\": 1}]", "line 2, column 2: the entry has no list conversations");
        mistake("[7]", "line 1, column 2: an entry is a JSON object with conversations");
        mistake("[{\n]", "line 2, column 1: no JSON: ");
        mistake("{\"prompt\": 7}", "line 1, column 1: the entry has no text prompt or text_input");
        mistake(
                "{\"prompt\": \"a\"}\n{\"prompt\": \"a\", \"output_tokens\": \"x\"}",
                "line 2, column 1: \"\"x\"\" is no count of tokens from 1 to 10,000,000");
        mistake("{\"prompt\": \"a\"}\n{\"prompt\": a}", "line 2, column 12: no JSON: ");
    }

    private void mistake(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(DataFileException.class)
                .hasMessageStartingWith(message);
    }

    private PromptSet read(String text) throws IOException {
        return PromptFile.read(write(text), PromptFile.MOST_PROMPTS);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("prompts"), text);
    }
}
