package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.load.PromptText;
import dev.shakedown.workloads.load.Sessions;
import dev.shakedown.workloads.load.TokenLengths;
import java.util.Optional;

/** Reads {@code load.prompts.sessions}. */
final class SessionsReader {
    static final String KEY = "sessions";

    private SessionsReader() {}

    /** Empty where there are none, and where something is wrong with them. */
    static Optional<Sessions> read(Fields prompts) {
        return prompts.optional(KEY).flatMap(Value::map).flatMap(SessionsReader::sessions);
    }

    private static Optional<Sessions> sessions(Fields fields) {
        Optional<TokenLengths> turns =
                fields.required("turns", "5").flatMap(LengthsReader.TURNS::read);
        Optional<TokenLengths> think = fields.optional("think").flatMap(SessionsReader::think);
        fields.end();
        return turns.map(each -> new Sessions(each, think));
    }

    /** No time at all is none. */
    private static Optional<TokenLengths> think(Value value) {
        boolean none = value.node() instanceof Node.Scalar && value.raw().matches("0(ms|s|m|h)");
        return none ? Optional.empty() : LengthsReader.TIMES.read(value);
    }

    /** Why such prompts make no sessions. */
    static Optional<String> wrong(PromptText text, TokenLengths input, TokenLengths output) {
        return switch (text) {
            case PromptText.Given _ ->
                    Optional.of("the prompts of a file are sent as they are; leave it out");
            case PromptText.Blocks _ ->
                    Optional.of("the trace's hash_ids tell what its prompts share; leave it out");
            case PromptText.Words _
                    when input instanceof TokenLengths.Listed
                            || output instanceof TokenLengths.Listed ->
                    Optional.of(
                            "the trace's lengths are those of whole prompts; write inputTokens and outputTokens of a turn");
            case PromptText.Words _ -> Optional.empty();
        };
    }
}
