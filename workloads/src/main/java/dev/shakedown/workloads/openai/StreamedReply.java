package dev.shakedown.workloads.openai;

import static dev.shakedown.workloads.measure.RequestRecord.NEVER;

import dev.shakedown.workloads.measure.ChunkGaps;
import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.RequestRecord;
import dev.shakedown.workloads.measure.TokenSource;
import dev.shakedown.workloads.openai.CompletionTransport.ReplySink;
import dev.shakedown.workloads.openai.CompletionTransport.TransportFailure;
import java.util.Arrays;
import java.util.Optional;

/** Reads one exchange: takes the times, counts the tokens and judges the end. */
public final class StreamedReply implements ReplySink {
    private static final int MAX_ERROR_BODY = 4096;

    /**
     * Counting chunks can count too many (text held back and flushed): so much more than asked for
     * is tolerated before a stream without token counts is cut.
     */
    private static final int CHUNK_SLACK = 8;

    /** Told as the reply goes on; both come from the thread that reads. */
    public interface Observer {
        /** Tokens arrived. */
        void tokens(int count, long nowNs);

        /** The exchange is over; told once. */
        void ended(Reply reply);
    }

    private final int maxTokens;
    private final Observer observer;
    private final Optional<AnswerKeeper> keeper;
    private final TokenStream stream;
    private final ChunkGaps gaps = new ChunkGaps();
    private byte[] errorBody = {};
    private int status;
    private long sentNs = NEVER;
    private long headersNs = NEVER;
    private long firstEventNs = NEVER;
    private long firstTokenNs = NEVER;
    private long firstContentNs = NEVER;
    private long lastTokenNs = NEVER;
    private int firstChunkTokens;
    private int placedTokens;
    private boolean finished;

    /** Of an answer that nobody will repeat. */
    public StreamedReply(int maxTokens, Observer observer) {
        this(maxTokens, observer, false);
    }

    /**
     * @param keep the answer, for the next turn of a session
     */
    public StreamedReply(int maxTokens, Observer observer, boolean keep) {
        this.maxTokens = maxTokens;
        this.observer = observer;
        keeper = keep ? Optional.of(new AnswerKeeper()) : Optional.empty();
        stream = new TokenStream(this::event, keeper);
    }

    @Override
    public void sending(long nowNs) {
        sentNs = nowNs;
    }

    @Override
    public void headers(int httpStatus, long nowNs) {
        status = httpStatus;
        headersNs = nowNs;
    }

    @Override
    public boolean bytes(byte[] buffer, int offset, int length, long nowNs) {
        if (status != 200) {
            int kept = Math.min(length, MAX_ERROR_BODY - errorBody.length);
            int before = errorBody.length;
            errorBody = Arrays.copyOf(errorBody, before + kept);
            System.arraycopy(buffer, offset, errorBody, before, kept);
            return errorBody.length < MAX_ERROR_BODY;
        }
        stream.feed(buffer, offset, length, nowNs);
        return stream.failure().isEmpty() && !overrun();
    }

    @Override
    public void ended(long nowNs) {
        stream.end();
        if (status != 200) {
            finish(nowNs, new Outcome.Refused(status), ErrorText.of(errorBody, errorBody.length));
        } else if (stream.failure().isPresent()) {
            TokenStream.Failure failure = stream.failure().get();
            finish(nowNs, new Outcome.Broken(failure.reason()), failure.text());
        } else if (overrun()) {
            finish(
                    nowNs,
                    new Outcome.Broken("overrun"),
                    "more than the " + maxTokens + " output tokens asked for");
        } else if (placedTokens == 0) {
            finish(nowNs, new Outcome.Broken("empty"), "the stream ended without a token");
        } else if (stream.done()) {
            finish(nowNs, new Outcome.Completed(), "");
        } else {
            finish(nowNs, new Outcome.Truncated(), "the stream ended without [DONE]");
        }
    }

    @Override
    public void failed(TransportFailure failure, long nowNs) {
        stream.end();
        boolean complete = stream.done() && placedTokens > 0 && stream.failure().isEmpty();
        if (complete) {
            finish(nowNs, new Outcome.Completed(), "");
            return;
        }
        Outcome outcome =
                switch (failure.kind()) {
                    case CONNECT -> new Outcome.Broken("connect");
                    case RESET -> new Outcome.Broken("reset");
                    case CUT_SHORT -> new Outcome.Truncated();
                    case TIMEOUT -> new Outcome.TimedOut();
                    case CANCELLED -> new Outcome.Cancelled();
                };
        finish(nowNs, outcome, failure.text());
    }

    private void event(long nowNs, int tokens, boolean content) {
        if (firstEventNs == NEVER) {
            firstEventNs = nowNs;
        }
        if (content && firstContentNs == NEVER) {
            firstContentNs = nowNs;
        }
        if (tokens == 0) {
            return;
        }
        if (firstTokenNs == NEVER) {
            firstTokenNs = nowNs;
            firstChunkTokens = tokens;
        } else {
            gaps.add(nowNs - lastTokenNs);
        }
        lastTokenNs = nowNs;
        placedTokens += tokens;
        observer.tokens(tokens, nowNs);
    }

    private boolean overrun() {
        boolean guessed = stream.source() == TokenSource.CHUNKS;
        return stream.tokens() > maxTokens + (guessed ? CHUNK_SLACK : 0);
    }

    private void finish(long nowNs, Outcome outcome, String error) {
        if (finished) {
            return;
        }
        finished = true;
        observer.ended(
                new Reply(
                        new RequestRecord.Times(
                                sentNs,
                                headersNs,
                                firstEventNs,
                                firstTokenNs,
                                firstContentNs,
                                lastTokenNs,
                                nowNs),
                        stream.promptTokens(),
                        stream.tokens(),
                        firstChunkTokens,
                        stream.source(),
                        gaps,
                        outcome,
                        status,
                        error,
                        keeper.map(AnswerKeeper::answer).orElse(Answer.NONE)));
    }
}
