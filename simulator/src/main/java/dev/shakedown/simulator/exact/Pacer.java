package dev.shakedown.simulator.exact;

import dev.shakedown.simulator.engine.FinishReason;
import dev.shakedown.simulator.engine.Ticks;
import dev.shakedown.simulator.engine.Tokenizer;
import dev.shakedown.simulator.vllm.Backend.Submission;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/**
 * Writes tokens when they are due, for any number of streams, on one thread with one timer.
 *
 * <p>Because both times are constant, two queues stay in the order in which their heads are due
 * without being sorted: requests that wait for their first token, and streams that wait for their
 * next one. A token that is written late does not move those after it.
 */
final class Pacer {
    private static final int TOKEN = Tokenizer.encode(" tok")[0];

    /** Tokens in one go: between them the loop reads, or arrivals would be noted late. */
    private static final int BURST = 128;

    private static final long GRAIN_NANOS = 500_000;

    private final ExactTimes times;
    private final long itlNanos;
    private final Ticks loop;
    private final LongSupplier nanoTime;
    private final Truth truth;
    private final ArrayDeque<Stream> first = new ArrayDeque<>();
    private final ArrayDeque<Stream> next = new ArrayDeque<>();
    private boolean timed;
    private long timedNanos;
    private long notBeforeNanos = Long.MIN_VALUE;
    private Runnable cancelTimer = () -> {};

    Pacer(ExactTimes times, Ticks loop, LongSupplier nanoTime, Truth truth) {
        this.times = times;
        this.itlNanos = times.itl().toNanos();
        this.loop = loop;
        this.nanoTime = nanoTime;
        this.truth = truth;
    }

    /** What is returned ends it early. */
    Runnable submit(Submission submission) {
        Stream stream = new Stream(submission);
        if (submission.stream()) {
            first.add(stream);
            await();
        } else {
            long delay = Math.max(0, stream.lastDueNanos() - nanoTime.getAsLong());
            loop.after(Duration.ofNanos(delay), stream::writeAll);
        }
        return stream::abort;
    }

    private void tick() {
        timed = false;
        long now = nanoTime.getAsLong();
        notBeforeNanos = now + (itlNanos == 0 ? 0 : GRAIN_NANOS);
        for (int left = BURST; dueBy(now); left--) {
            if (left == 0) {
                notBeforeNanos = now;
                break;
            }
            Stream stream = soonest().remove();
            if (!stream.ended) {
                stream.write();
            }
            if (!stream.ended) {
                next.add(stream);
            }
        }
        await();
    }

    private boolean dueBy(long now) {
        Stream head = soonest().peek();
        return head != null && head.dueNanos <= now;
    }

    private ArrayDeque<Stream> soonest() {
        Stream beginning = first.peek();
        Stream running = next.peek();
        return running == null || (beginning != null && beginning.dueNanos <= running.dueNanos)
                ? first
                : next;
    }

    /**
     * One timer, for the head; an earlier one takes the place of a later one. Not sooner than a
     * grain after the last tick: with many streams, something is always due in a moment.
     */
    private void await() {
        Stream head = soonest().peek();
        if (head == null) {
            return;
        }
        long at = Math.max(head.dueNanos, notBeforeNanos);
        if (timed && timedNanos <= at) {
            return;
        }
        cancelTimer.run();
        timed = true;
        timedNanos = at;
        long delay = Math.max(0, timedNanos - nanoTime.getAsLong());
        cancelTimer = loop.after(Duration.ofNanos(delay), this::tick);
    }

    /** One request until its last token. */
    private final class Stream {
        private final Submission submission;
        private final int tokens;
        private final Truth.Entry entry;
        private long dueNanos;
        private int written;
        private boolean ended;

        Stream(Submission submission) {
            this.submission = submission;
            this.tokens = submission.generation().outputTokens();
            this.entry =
                    truth.arrived(
                            submission.generation().promptTokens(),
                            submission.stream() ? tokens : 1,
                            submission.arrivedNanos());
            this.dueNanos = submission.arrivedNanos() + times.ttft().toNanos();
        }

        long lastDueNanos() {
            return submission.arrivedNanos() + times.dueNanos(tokens);
        }

        void write() {
            token();
            long now = nanoTime.getAsLong();
            entry.wrote(dueNanos, now);
            // Unpaced, the next one is due now: its turn comes after all others'.
            dueNanos = itlNanos == 0 ? now : dueNanos + itlNanos;
            if (written == tokens) {
                end();
            }
        }

        void writeAll() {
            if (ended) {
                return;
            }
            while (written < tokens) {
                token();
            }
            entry.wroteAll(tokens, lastDueNanos(), nanoTime.getAsLong());
            end();
        }

        void abort() {
            if (!ended) {
                ended = true;
                entry.aborted();
            }
        }

        private void token() {
            written++;
            submission.sink().token(TOKEN, written, written == tokens, reason());
        }

        private void end() {
            ended = true;
            entry.completed(reason());
        }

        private FinishReason reason() {
            return tokens == submission.generation().maxTokens()
                    ? FinishReason.LENGTH
                    : FinishReason.STOP;
        }
    }
}
