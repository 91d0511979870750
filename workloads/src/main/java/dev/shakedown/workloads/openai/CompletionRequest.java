package dev.shakedown.workloads.openai;

/**
 * A streamed completion, ready to be sent.
 *
 * @param route as {@code /v1/completions}
 * @param body JSON in UTF-8; not copied, must not be changed
 * @param maxTokens the output tokens asked for; more than that is an overrun
 */
@SuppressWarnings("ArrayRecordComponent")
public record CompletionRequest(String route, byte[] body, int maxTokens) {}
