package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.Answer;
import dev.shakedown.workloads.openai.CompletionRequest;
import dev.shakedown.workloads.openai.PromptWriter;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Writes requests some way ahead of their sending, so that writing a long prompt never delays one.
 * The request with a given number is a pure function of the plan's seed and that number.
 */
final class RequestFeed implements AutoCloseable {
    private static final int AHEAD = 256;

    /** Bodies written ahead; 256 prompts of 100,000 tokens would be too much for a small heap. */
    private static final int AHEAD_KIB = 64 << 10;

    /** A request, which one it is from 0 on, and what it was drawn as. */
    record Written(long number, CompletionRequest request, Draws.Drawn drawn) {}

    private final Prompts prompts;
    private final PromptWriter writer;
    private final Draws draws;
    private final AtomicInteger aheadKib = new AtomicInteger();
    private final BlockingQueue<Written> ahead = new ArrayBlockingQueue<>(AHEAD);
    private final Thread thread;
    private volatile boolean resting;
    private volatile Optional<RuntimeException> failure = Optional.empty();

    RequestFeed(Prompts prompts, PromptWriter writer, OptionalInt maxModelLength) {
        this.prompts = prompts;
        this.writer = writer;
        draws = new Draws(prompts, writer.shortest(), maxModelLength);
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
    Draws.Drawn drawn(long number) {
        return draws.drawn(number);
    }

    /** The request with this number. */
    Written number(long number) {
        Draws.Drawn drawn = drawn(number);
        CompletionRequest request =
                prompts.text() instanceof PromptText.Given given
                        ? writer.write(text(given, number, drawn), drawn.outputTokens())
                        : writer.write(drawn.prompt(), drawn.outputTokens());
        return new Written(number, request, drawn);
    }

    private String text(PromptText.Given given, long number, Draws.Drawn drawn) {
        SplittableRandom random = Draws.random(prompts.seed(), number + 1);
        int whole = Lengths.draw(prompts.inputTokens(), number, random);
        return given.of(number, whole, drawn.inputTokens());
    }

    /** As {@link Draws#following}. */
    Optional<Draws.NextTurn> following(Draws.Drawn ended, int tokens) {
        return draws.following(ended, tokens);
    }

    /** A later turn; may ask the server how it would read an answer. */
    Written write(Draws.NextTurn next, Answer answer, int tokens) {
        Draws.Drawn drawn = next.after(writer.repeatable(answer), tokens);
        Turn turn = drawn.turn().orElseThrow();
        return new Written(
                turn.session(),
                writer.write(turn.history(), Draws.newIn(drawn), drawn.outputTokens()),
                drawn);
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
}
