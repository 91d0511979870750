package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.engine.Tokenizer;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A completion or chat request that passed vLLM's checks.
 *
 * @param cacheSalt prompts with another one share no prefix with it
 */
// An array, because a prompt may hold 100,000 ids; nobody changes it.
@SuppressWarnings("ArrayRecordComponent")
record InferenceRequest(boolean chat, int[] prompt, Limits limits, Form form, String cacheSalt) {

    /** How many tokens are wanted. */
    record Limits(int maxTokens, int minTokens, boolean ignoreEos) {
        /** As many as there is room for, whatever was asked for. */
        Limits endless(int room) {
            return new Limits(room, room, true);
        }
    }

    /**
     * How the reply is to look.
     *
     * @param greedy whether the likeliest tokens are asked for, which are always the same
     */
    record Form(
            boolean stream,
            boolean usage,
            boolean continuousUsage,
            boolean tokenIds,
            boolean greedy) {}

    /** The same, with no token counts in its reply. */
    InferenceRequest withoutUsage() {
        Form mute = new Form(form.stream, false, false, form.tokenIds, form.greedy);
        return new InferenceRequest(chat, prompt, limits, mute, cacheSalt);
    }

    /** A request, or why not. */
    sealed interface Outcome {}

    record Accepted(InferenceRequest request) implements Outcome {}

    record Rejected(ApiError error) implements Outcome {}

    static Outcome parse(JsonNode body, boolean chat, SimulatedEngine engine) {
        String model = body.path("model").asString(engine.servedName());
        if (!model.equals(engine.servedName())) {
            return new Rejected(ApiError.unknownModel(model, engine.servedName()));
        }
        Optional<ApiError> wrong = wrongOption(body);
        if (wrong.isPresent()) {
            return new Rejected(wrong.get());
        }
        return switch (chat ? PromptTokens.ofChat(body) : PromptTokens.ofCompletion(body)) {
            case PromptTokens.Unreadable unreadable -> new Rejected(unreadable.error());
            case PromptTokens.Ids ids -> withPrompt(body, chat, ids.ids(), engine);
        };
    }

    private static Optional<ApiError> wrongOption(JsonNode body) {
        if (!body.path("stream_options").isMissingNode()
                && !body.path("stream_options").isNull()
                && !body.path("stream").asBoolean(false)) {
            return Optional.of(
                    new ApiError(
                            400,
                            "BadRequestError",
                            "Stream options can only be defined when `stream=True`."
                                    + " (parameter=stream_options)",
                            Optional.of("stream_options")));
        }
        if (body.path("n").asInt(1) != 1) {
            return Optional.of(
                    ApiError.badParameter(
                            "n", "The simulated engine makes one choice a request.", "n"));
        }
        return Optional.empty();
    }

    private static Outcome withPrompt(
            JsonNode body, boolean chat, int[] prompt, SimulatedEngine engine) {
        int context = engine.maxModelLen();
        Optional<ApiError> illegal = illegalPrompt(prompt, context);
        if (illegal.isPresent()) {
            return new Rejected(illegal.get());
        }
        int room = context - prompt.length;
        int asked = body.path("max_tokens").asInt(chat ? room : 16);
        int maxTokens = body.path("max_completion_tokens").asInt(asked);
        int minTokens = body.path("min_tokens").asInt(0);
        Optional<ApiError> wrong = wrongLimits(maxTokens, minTokens, prompt.length, context);
        if (wrong.isPresent()) {
            return new Rejected(wrong.get());
        }
        return new Accepted(
                new InferenceRequest(
                        chat,
                        prompt,
                        new Limits(maxTokens, minTokens, body.path("ignore_eos").asBoolean(false)),
                        form(body),
                        body.path("cache_salt").asString("")));
    }

    private static Optional<ApiError> illegalPrompt(int[] prompt, int context) {
        for (int id : prompt) {
            if (id < 0 || id >= Tokenizer.VOCABULARY) {
                return Optional.of(ApiError.badRequest("Token id " + id + " is out of vocabulary"));
            }
        }
        if (prompt.length >= context) {
            return Optional.of(
                    ApiError.badParameter(
                            "input_tokens",
                            ("This model's maximum context length is %d tokens. However, your"
                                            + " prompt contains %d input tokens, which exceeds this"
                                            + " limit even without any output tokens. Please reduce"
                                            + " the length of the input prompt.")
                                    .formatted(context, prompt.length),
                            prompt.length));
        }
        return Optional.empty();
    }

    private static Optional<ApiError> wrongLimits(
            int maxTokens, int minTokens, int promptTokens, int context) {
        if (maxTokens < 1) {
            return Optional.of(
                    ApiError.badParameter(
                            "max_tokens",
                            "max_tokens must be at least 1, got " + maxTokens + ".",
                            maxTokens));
        }
        if (minTokens > maxTokens) {
            return Optional.of(
                    ApiError.badRequest(
                            "min_tokens must be less than or equal to max_tokens=%d, got %d."
                                    .formatted(maxTokens, minTokens)));
        }
        if (maxTokens > context) {
            return Optional.of(
                    ApiError.badParameter(
                            "max_tokens",
                            ("max_tokens=%d cannot be greater than max_model_len=%d. Please request"
                                            + " fewer output tokens.")
                                    .formatted(maxTokens, context),
                            maxTokens));
        }
        if (promptTokens + maxTokens > context) {
            return Optional.of(
                    ApiError.badParameter(
                            "input_tokens",
                            ("This model's maximum context length is %d tokens. However, you"
                                            + " requested %d output tokens and your prompt contains"
                                            + " %d input tokens, for a total of %d tokens.")
                                    .formatted(
                                            context,
                                            maxTokens,
                                            promptTokens,
                                            maxTokens + promptTokens),
                            promptTokens));
        }
        return Optional.empty();
    }

    private static Form form(JsonNode body) {
        JsonNode options = body.path("stream_options");
        boolean usage = options.path("include_usage").asBoolean(false);
        return new Form(
                body.path("stream").asBoolean(false),
                usage,
                // Without include_usage vLLM ignores it and says nothing.
                usage && options.path("continuous_usage_stats").asBoolean(false),
                body.path("return_token_ids").asBoolean(false),
                body.path("temperature").asDouble(1) == 0);
    }
}
