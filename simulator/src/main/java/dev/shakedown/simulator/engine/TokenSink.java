package dev.shakedown.simulator.engine;

/** Takes the tokens of one request, in order, on the event loop. */
public interface TokenSink {

    /**
     * The next token.
     *
     * @param count tokens so far, with this one
     * @param last nothing follows it
     */
    void token(int tokenId, int count, boolean last, FinishReason reason);
}
