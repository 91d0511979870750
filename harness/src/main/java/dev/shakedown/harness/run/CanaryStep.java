package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.endpoint.EngineClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks an engine that has just come up a few prompts, greedily, and keeps what it said: whoever has
 * two such runs can tell a faster engine from one that says something else.
 */
record CanaryStep() implements Step {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final Duration ONE_ANSWER = Duration.ofSeconds(60);
    private static final int TOKENS = 32;

    /**
     * Facts, arithmetic, code, another script, a list, a rare word: each another part of a model.
     */
    private static final List<String> PROMPTS =
            List.of(
                    "The capital of France is",
                    "17 + 25 =",
                    "def fibonacci(n):\n    ",
                    "Translate to German: The cluster is ready.\nGerman:",
                    "The first ten prime numbers are 2, 3, 5,",
                    "日本の首都は",
                    "Q: Why is the sky blue?\nA:",
                    "{\"name\": \"shakedown\", \"purpose\": \"");

    @Override
    public String name() {
        return "Canary";
    }

    @Override
    public Duration deadline(RunContext run) {
        return DEADLINE;
    }

    @Override
    public Result execute(RunContext run) {
        if (run.scenario().virtualClock()) {
            return new Skipped("nothing answers on a virtual clock");
        }
        RunningEngine engine = run.engine().orElseThrow();
        String model = run.engineUp().orElseThrow().ready().model();
        List<CanaryAnswers.Answered> answers = new ArrayList<>();
        try (EngineClient client =
                new EngineClient(engine.baseUrl(), engine.apiKey(), engine.caFile())) {
            for (String prompt : PROMPTS) {
                answers.add(
                        new CanaryAnswers.Answered(
                                prompt, client.answer(model, prompt, TOKENS, ONE_ANSWER)));
            }
        } catch (IOException unanswered) {
            throw new StepFailedException(
                    "the canary's prompt %d of %d was not answered"
                            .formatted(answers.size() + 1, PROMPTS.size()),
                    "",
                    List.of(String.valueOf(unanswered.getMessage())),
                    "look into the engine's log");
        }
        CanaryAnswers.of(answers).write(run.directory().path());
        boolean told = answers.stream().allMatch(one -> !one.answer().tokens().isEmpty());
        return new Done(
                "%d greedy answers kept%s"
                        .formatted(answers.size(), told ? "" : "; the server gives no logprobs"));
    }
}
