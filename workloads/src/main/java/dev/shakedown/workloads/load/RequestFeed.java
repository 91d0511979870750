package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.CompletionRequest;
import dev.shakedown.workloads.openai.PromptWriter;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Writes requests some way ahead of their sending, so that writing a long prompt never delays one.
 * The request with a given number is a pure function of the plan's seed and that number.
 */
final class RequestFeed implements AutoCloseable {
    private static final int AHEAD = 256;

    /** A request and what it was drawn as. */
    record Written(CompletionRequest request, int inputTokens, boolean cut) {}

    private final Prompts prompts;
    private final PromptWriter writer;
    private final OptionalInt maxModelLength;
    private final BlockingQueue<Written> ahead = new ArrayBlockingQueue<>(AHEAD);
    private final Thread thread;
    private volatile Optional<RuntimeException> failure = Optional.empty();

    RequestFeed(Prompts prompts, PromptWriter writer, OptionalInt maxModelLength) {
        this.prompts = prompts;
        this.writer = writer;
        this.maxModelLength = maxModelLength;
        thread = Thread.ofVirtual().name("shakedown-prompts").start(this::write);
    }

    /**
     * The next request; waits if it is not written yet.
     *
     * @return empty if the load was stopped in the meantime
     * @throws RuntimeException what went wrong in writing it
     */
    Optional<Written> next(BooleanSupplier stopped) throws InterruptedException {
        while (!stopped.getAsBoolean()) {
            Written written = ahead.poll(Dispatch.MAX_SLEEP_NS, TimeUnit.NANOSECONDS);
            if (written != null) {
                return Optional.of(written);
            }
            if (failure.isPresent() && ahead.isEmpty()) {
                throw failure.get();
            }
        }
        return Optional.empty();
    }

    /** The request with this number. */
    Written number(long number) {
        // One generator a request: what it holds does not depend on how many came before.
        SplittableRandom random = new SplittableRandom(prompts.seed() ^ mix(number + 1));
        int input = Math.max(writer.shortest(), Lengths.draw(prompts.inputTokens(), random));
        int output = Lengths.draw(prompts.outputTokens(), random);
        int max = maxModelLength.orElse(Integer.MAX_VALUE);
        boolean cut = (long) input + output > max;
        if (cut) {
            output = Math.max(1, Math.min(output, max - writer.shortest()));
            input = Math.max(writer.shortest(), Math.min(input, max - output));
        }
        return new Written(writer.write(input, output, random), input, cut);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void write() {
        try {
            for (long number = 0; ; number++) {
                ahead.put(number(number));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // A task's boundary: whoever waits for the next request throws it.
            failure = Optional.of(e);
        }
    }

    /** Spreads neighbouring numbers over all bits (the finaliser of SplitMix64). */
    private static long mix(long z0) {
        long z = z0 * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
