package dev.shakedown.workloads.dataset;

import dev.shakedown.workloads.load.PromptText;
import dev.shakedown.workloads.load.TokenLengths;
import java.util.List;
import java.util.Optional;

/**
 * Prompts of a file.
 *
 * @param outputTokens one a text; empty if the file does not tell all of them
 */
public record PromptSet(PromptText.Given given, List<Integer> outputTokens) {
    /** In an order that is a pure function of the seed. */
    public PromptSet shuffled(long seed) {
        List<Integer> order = PromptText.order(given.texts().size(), seed);
        return new PromptSet(
                new PromptText.Given(
                        given.file(),
                        given.limit(),
                        given.leftOut(),
                        given.format(),
                        order.stream().map(given.texts()::get).toList()),
                outputTokens.isEmpty()
                        ? outputTokens
                        : order.stream().map(outputTokens::get).toList());
    }

    /** By their bytes: the file has no tokenizer. */
    public TokenLengths inputLengths() {
        return new TokenLengths.Listed(
                TokenLengths.Listed.FILE,
                given.texts().stream().map(PromptFile::estimated).toList());
    }

    /** Empty if the file does not tell. */
    public Optional<TokenLengths> outputLengths() {
        return outputTokens.isEmpty()
                ? Optional.empty()
                : Optional.of(new TokenLengths.Listed(TokenLengths.Listed.FILE, outputTokens));
    }
}
