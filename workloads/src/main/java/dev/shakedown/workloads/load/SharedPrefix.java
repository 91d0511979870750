package dev.shakedown.workloads.load;

/**
 * Beginnings that prompts have in common, as a system prompt or a few-shot example is.
 *
 * @param count of different ones
 * @param tokens each is long; a prompt that is no longer begins with as much of it as leaves one
 *     token of its own
 * @param ratio share of the requests that begin with one, each of them as likely as the others
 */
public record SharedPrefix(int count, int tokens, double ratio) {
    public SharedPrefix {
        if (count < 1 || tokens < 1) {
            throw new IllegalArgumentException(
                    "a shared prefix needs count >= 1 and tokens >= 1, was %d and %d"
                            .formatted(count, tokens));
        }
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("ratio must be between 0 and 1, was " + ratio);
        }
    }
}
