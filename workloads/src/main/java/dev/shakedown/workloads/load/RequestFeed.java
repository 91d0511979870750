package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.CompletionRequest;
import dev.shakedown.workloads.openai.PromptWriter;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Writes requests some way ahead of their sending, so that writing a long prompt never delays one.
 * The request with a given number is a pure function of the plan's seed and that number.
 */
final class RequestFeed implements AutoCloseable {
    private static final int AHEAD = 256;

    /** Bodies written ahead; 256 prompts of 100,000 tokens would be too much for a small heap. */
    private static final int AHEAD_KIB = 64 << 10;

    /** Lengths of a request in tokens; {@code cut} to what the model takes. */
    record Drawn(int inputTokens, int outputTokens, boolean cut) {}

    /** A request and what it was drawn as. */
    record Written(CompletionRequest request, Drawn drawn) {}

    private final Prompts prompts;
    private final PromptWriter writer;
    private final OptionalInt maxModelLength;
    private final Semaphore room = new Semaphore(AHEAD_KIB);
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
                room.release(kib(written));
                return Optional.of(written);
            }
            if (failure.isPresent() && ahead.isEmpty()) {
                throw failure.get();
            }
        }
        return Optional.empty();
    }

    /** What the request with this number was drawn as, without writing it. */
    Drawn drawn(long number) {
        return draw(number, random(number));
    }

    /** The request with this number. */
    Written number(long number) {
        SplittableRandom random = random(number);
        Drawn drawn = draw(number, random);
        return new Written(written(number, drawn, random), drawn);
    }

    private CompletionRequest written(long number, Drawn drawn, SplittableRandom random) {
        int input = drawn.inputTokens();
        int output = drawn.outputTokens();
        return switch (prompts.text()) {
            case PromptText.Words _ -> writer.write(input, output, random);
            case PromptText.Blocks blocks ->
                    writer.write(
                            input,
                            output,
                            new BlockTokens(blocks.of(number), prompts.seed(), random));
            case PromptText.Given given -> {
                int whole = Lengths.draw(prompts.inputTokens(), number, random);
                yield writer.write(given.of(number, whole, input), output);
            }
        };
    }

    /** One generator a request: what it holds does not depend on how many came before. */
    private SplittableRandom random(long number) {
        return new SplittableRandom(prompts.seed() ^ mix(number + 1));
    }

    private Drawn draw(long number, SplittableRandom random) {
        int input =
                Math.max(writer.shortest(), Lengths.draw(prompts.inputTokens(), number, random));
        int output = Lengths.draw(prompts.outputTokens(), number, random);
        int max = maxModelLength.orElse(Integer.MAX_VALUE);
        boolean cut = (long) input + output > max;
        if (cut) {
            output = Math.max(1, Math.min(output, max - writer.shortest()));
            input = Math.max(writer.shortest(), Math.min(input, max - output));
        }
        return new Drawn(input, output, cut);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void write() {
        try {
            for (long number = 0; ; number++) {
                Written written = number(number);
                room.acquire(kib(written));
                ahead.put(written);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // A task's boundary: whoever waits for the next request throws it.
            failure = Optional.of(e);
        }
    }

    private static int kib(Written written) {
        return Math.min(AHEAD_KIB, written.request().body().length / 1024 + 1);
    }

    /** Spreads neighbouring numbers over all bits (the finaliser of SplitMix64). */
    static long mix(long z0) {
        long z = z0 * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
