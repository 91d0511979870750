package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.CompletionRequest;
import dev.shakedown.workloads.openai.PromptPart;
import dev.shakedown.workloads.openai.PromptWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Writes requests some way ahead of their sending, so that writing a long prompt never delays one.
 * The request with a given number is a pure function of the plan's seed and that number.
 */
final class RequestFeed implements AutoCloseable {
    private static final int AHEAD = 256;

    /** Bodies written ahead; 256 prompts of 100,000 tokens would be too much for a small heap. */
    private static final int AHEAD_KIB = 64 << 10;

    /**
     * What a request is to be, in tokens; {@code cut} to what the model takes.
     *
     * @param prompt what it shares with others, if anything, then what is its own
     */
    record Drawn(List<PromptPart> prompt, int outputTokens, boolean cut) {
        int inputTokens() {
            return prompt.stream().mapToInt(PromptPart::tokens).sum();
        }
    }

    /** A request, which one it is from 0 on, and what it was drawn as. */
    record Written(long number, CompletionRequest request, Drawn drawn) {}

    private final Prompts prompts;
    private final PromptWriter writer;
    private final OptionalInt maxModelLength;
    private final AtomicInteger aheadKib = new AtomicInteger();
    private final BlockingQueue<Written> ahead = new ArrayBlockingQueue<>(AHEAD);
    private final Thread thread;
    private volatile boolean resting;
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
                return Optional.of(taken(written));
            }
            if (failure.isPresent() && ahead.isEmpty()) {
                throw failure.get();
            }
        }
        return Optional.empty();
    }

    /** The next request, if it is written already. */
    Optional<Written> poll() {
        return Optional.ofNullable(ahead.poll()).map(this::taken);
    }

    /** What the request with this number was drawn as, without writing it. */
    Drawn drawn(long number) {
        return draw(number, random(prompts.seed(), number + 1));
    }

    /** The request with this number. */
    Written number(long number) {
        Drawn drawn = drawn(number);
        CompletionRequest request =
                prompts.text() instanceof PromptText.Given given
                        ? writer.write(text(given, number, drawn), drawn.outputTokens())
                        : writer.write(drawn.prompt(), drawn.outputTokens());
        return new Written(number, request, drawn);
    }

    private String text(PromptText.Given given, long number, Drawn drawn) {
        SplittableRandom random = random(prompts.seed(), number + 1);
        int whole = Lengths.draw(prompts.inputTokens(), number, random);
        return given.of(number, whole, drawn.inputTokens());
    }

    /** One generator a request: what it holds does not depend on how many came before. */
    private static SplittableRandom random(long seed, long stream) {
        return new SplittableRandom(seed ^ mix(stream));
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
        return new Drawn(prompt(number, input, random), output, cut);
    }

    private List<PromptPart> prompt(long number, int tokens, SplittableRandom random) {
        return switch (prompts.text()) {
            case PromptText.Words _ -> withOwn(prefix(tokens, random), tokens, random.nextLong());
            case PromptText.Blocks blocks ->
                    withOwn(blocks(blocks.of(number), tokens), tokens, random.nextLong());
            // The same text again is the same prompt again.
            case PromptText.Given given ->
                    List.of(new PromptPart(tokens, sharedSeed(given.index(number))));
        };
    }

    private static List<PromptPart> withOwn(List<PromptPart> shared, int tokens, long seed) {
        int own = tokens - shared.stream().mapToInt(PromptPart::tokens).sum();
        return Stream.concat(shared.stream(), Stream.of(new PromptPart(own, seed))).toList();
    }

    private List<PromptPart> prefix(int tokens, SplittableRandom random) {
        return prompts
                .sharedPrefix()
                .filter(shared -> random.nextDouble() < shared.ratio())
                .map(shared -> part(shared.tokens(), tokens, random.nextInt(shared.count())))
                .filter(part -> part.tokens() > 0)
                .stream()
                .toList();
    }

    private List<PromptPart> blocks(List<Long> ids, int tokens) {
        List<PromptPart> parts = new ArrayList<>();
        int left = tokens;
        for (long id : ids) {
            PromptPart part = part(Trace.BLOCK_TOKENS, left, id);
            if (part.tokens() > 0) {
                parts.add(part);
            }
            left -= part.tokens();
        }
        return parts;
    }

    /** Leaves the end of a prompt to the request: no server finds the last token in its cache. */
    private PromptPart part(int most, int left, long index) {
        return new PromptPart(Math.min(most, left - writer.shortest()), sharedSeed(index));
    }

    /** The streams above zero are the requests'. */
    private long sharedSeed(long index) {
        return random(prompts.seed(), -1 - index).nextLong();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void write() {
        try {
            for (long number = 0; ; number++) {
                Written written = number(number);
                aheadKib.addAndGet(kib(written));
                ahead.put(written);
                if (ahead.remainingCapacity() == 0 || aheadKib.get() >= AHEAD_KIB) {
                    rest();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // A task's boundary: whoever waits for the next request throws it.
            failure = Optional.of(e);
        }
    }

    /** Until half has been taken: to be woken for each request would cost more than writing it. */
    private void rest() throws InterruptedException {
        resting = true;
        while (!runsLow()) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        resting = false;
    }

    private Written taken(Written written) {
        aheadKib.addAndGet(-kib(written));
        if (resting && runsLow()) {
            LockSupport.unpark(thread);
        }
        return written;
    }

    private boolean runsLow() {
        return ahead.size() <= AHEAD / 2 && aheadKib.get() <= AHEAD_KIB / 2;
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
