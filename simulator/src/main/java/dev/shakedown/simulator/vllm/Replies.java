package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.engine.FinishReason;
import dev.shakedown.simulator.engine.TokenSink;
import dev.shakedown.simulator.engine.Tokenizer;
import dev.shakedown.simulator.http.EventFrame;
import dev.shakedown.simulator.http.Exchange;
import dev.shakedown.simulator.http.Json;
import java.util.Arrays;
import java.util.List;

/**
 * Where the tokens of a request go: event by event, or into one body. What events are made in is
 * shared by all streams of the loop.
 */
final class Replies {
    private final EventFrame frame = new EventFrame();
    private final byte[][] quoted = new byte[Tokenizer.VOCABULARY][0];

    TokenSink streaming(Exchange exchange, ReplyText text, InferenceRequest request) {
        return (id, count, last, reason) -> {
            if (count == 1) {
                exchange.startEvents();
                if (request.chat()) {
                    exchange.event(text.chatStart());
                }
            }
            if (count > 1 && !last) {
                text.middle(id, count, quoted(id), frame);
                exchange.event(frame);
                return;
            }
            exchange.event(text.chunk(token(id, count, last, reason)));
            if (last) {
                if (request.form().usage()) {
                    exchange.event(text.usageChunk(count));
                }
                exchange.event("[DONE]");
                exchange.end();
            }
        };
    }

    /** Encoded once: an answer's tokens are few different ones, or come again. */
    private byte[] quoted(int id) {
        byte[] known = quoted[id];
        if (known.length == 0) {
            known = EventFrame.utf8(Json.quote(Tokenizer.decode(id)));
            quoted[id] = known;
        }
        return known;
    }

    TokenSink whole(Exchange exchange, ReplyText text) {
        return new TokenSink() {
            private final StringBuilder content = new StringBuilder();
            private int[] ids = new int[16];

            @Override
            public void token(int id, int count, boolean last, FinishReason reason) {
                if (count > ids.length) {
                    ids = Arrays.copyOf(ids, count * 2);
                }
                ids[count - 1] = id;
                content.append(Replies.token(id, count, last, reason).text());
                if (last) {
                    exchange.reply(
                            200,
                            "application/json",
                            text.whole(
                                    content.toString(), Arrays.copyOf(ids, count), reason.key()));
                }
            }
        };
    }

    /** A model that ends by itself does so with a token that has no text. */
    private static ReplyText.Token token(int id, int count, boolean last, FinishReason reason) {
        boolean end = last && reason == FinishReason.STOP;
        return new ReplyText.Token(
                end ? "" : Tokenizer.decode(id), List.of(id), count, last ? reason.key() : "");
    }
}
