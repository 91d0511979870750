package dev.shakedown.workloads.openai;

import java.util.SplittableRandom;

/**
 * Consecutive tokens of a prompt, a function of their seed alone: prompts that begin with the same
 * parts begin with the same tokens, which is what a server's prefix cache finds.
 *
 * @param tokens of a prompt's last part: with the chat template's own, where there is one
 */
public record PromptPart(int tokens, long seed) {

    SplittableRandom random() {
        return new SplittableRandom(seed);
    }
}
