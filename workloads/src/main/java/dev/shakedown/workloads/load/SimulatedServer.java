package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.PromptPart;
import java.util.List;
import java.util.Optional;

/**
 * An engine on a virtual clock. Time passes only in {@link #runNext}; everything happens on the
 * thread that calls it.
 */
public interface SimulatedServer {

    /** Nanoseconds since the run's start. */
    long nowNs();

    /** Does something at a moment that is not over yet. */
    void at(long ns, Runnable action);

    /** Goes to the next thing that happens and does it; to the moment if that is earlier. */
    void runNext(long untilNs);

    /**
     * Takes a request now; what is returned gives it up, which does nothing once it has ended.
     *
     * @param number of the request, from 0: the same one always gets the same tokens
     * @param answer that it gives: prompts with this part behind the same prompt go on from it
     */
    Runnable submit(long number, List<PromptPart> prompt, PromptPart answer, Tokens tokens);

    /** The shortest prompt that can be asked for over a route, in tokens. */
    int shortestPrompt(Api api);

    /** The page {@code /metrics}. */
    Optional<String> metrics();

    /** Told of each token. */
    @FunctionalInterface
    interface Tokens {
        /**
         * The next one.
         *
         * @param count so far, with this one
         * @param last nothing follows it
         */
        void token(int count, boolean last);
    }
}
