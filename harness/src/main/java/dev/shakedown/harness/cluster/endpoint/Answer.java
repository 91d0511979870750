package dev.shakedown.harness.cluster.endpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What a model said.
 *
 * @param tokens empty where the server gives no log probabilities
 */
public record Answer(String text, List<Token> tokens) {
    public Answer {
        tokens = List.copyOf(tokens);
    }

    /**
     * One token of it.
     *
     * @param logprob natural logarithm of its probability
     * @param likeliest tokens at this place with theirs, its own among them
     */
    public record Token(String text, double logprob, Map<String, Double> likeliest) {
        public Token {
            likeliest = Map.copyOf(likeliest);
        }
    }

    /** From a choice of the completions API; its {@code logprobs} are parallel lists. */
    static Answer of(JsonNode choice) {
        JsonNode logprobs = choice.path("logprobs");
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < logprobs.path("tokens").size(); i++) {
            Map<String, Double> likeliest = new LinkedHashMap<>();
            logprobs.path("top_logprobs")
                    .path(i)
                    .properties()
                    .forEach(other -> likeliest.put(other.getKey(), other.getValue().asDouble(0)));
            tokens.add(
                    new Token(
                            logprobs.path("tokens").path(i).asString(""),
                            logprobs.path("token_logprobs").path(i).asDouble(0),
                            likeliest));
        }
        return new Answer(choice.path("text").asString(""), tokens);
    }
}
