package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.engine.FinishReason;
import dev.shakedown.simulator.engine.TokenSink;
import dev.shakedown.simulator.engine.Tokenizer;
import dev.shakedown.simulator.fault.Effect;
import dev.shakedown.simulator.fault.Faults;
import dev.shakedown.simulator.http.Exchange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a stream with faults writes; slower than {@link Replies}, for it makes each event anew. */
record BrokenStream(Map<Effect, String> effects) {
    private static final Set<Effect> OWN =
            Set.of(
                    Effect.RESET_AFTER,
                    Effect.STALL_AFTER,
                    Effect.CUT_AFTER,
                    Effect.ALIEN_EVENT,
                    Effect.OVERSIZE_BYTES,
                    Effect.SPLIT_CHARACTERS,
                    Effect.TOKENS_PER_EVENT,
                    Effect.EMPTY_FIRST);

    /** Events before one that does not belong there. */
    private static final int MIDDLE = 4;

    /** Four bytes in UTF-8. */
    private static final String WIDE = "\uD83D\uDE80";

    /** Those that a request meets; empty where there are none. */
    static Optional<BrokenStream> of(Faults faults, long number) {
        if (faults.isEmpty()) {
            return Optional.empty();
        }
        Map<Effect, String> met = new EnumMap<>(Effect.class);
        for (Effect effect : OWN) {
            faults.onRequest(effect, number).ifPresent(value -> met.put(effect, value));
        }
        return met.isEmpty() ? Optional.empty() : Optional.of(new BrokenStream(met));
    }

    /** Begins to write, where the first event does not wait for a token. */
    TokenSink begin(Exchange exchange, ReplyText text, InferenceRequest request) {
        Writer writer = new Writer(exchange, text, request);
        if (effects.containsKey(Effect.EMPTY_FIRST)) {
            writer.start();
        }
        return writer;
    }

    private int number(Effect effect, int otherwise) {
        String value = effects.get(effect);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    /** One stream. */
    private final class Writer implements TokenSink {
        private final Exchange exchange;
        private final ReplyText text;
        private final InferenceRequest request;
        private final int together = number(Effect.TOKENS_PER_EVENT, 1);
        private final List<Integer> ids = new ArrayList<>();
        private int events;
        private boolean started;
        private boolean over;

        Writer(Exchange exchange, ReplyText text, InferenceRequest request) {
            this.exchange = exchange;
            this.text = text;
            this.request = request;
        }

        private void start() {
            started = true;
            exchange.startEvents();
            if (request.chat()) {
                event(text.chatStart());
            } else if (effects.containsKey(Effect.EMPTY_FIRST)) {
                event(text.chunk(new ReplyText.Token("", List.of(), 0, "")));
            }
        }

        @Override
        public void token(int id, int count, boolean last, FinishReason reason) {
            if (over) {
                return;
            }
            if (!started) {
                start();
            }
            ids.add(id);
            if (ids.size() >= together || last) {
                event(text.chunk(taken(count, last ? reason.key() : "")));
                interfere();
            }
            if (last && !over) {
                end(count);
            }
        }

        private ReplyText.Token taken(int count, String finish) {
            StringBuilder words = new StringBuilder();
            ids.forEach(id -> words.append(Tokenizer.decode(id)));
            if (effects.containsKey(Effect.SPLIT_CHARACTERS)) {
                words.append(WIDE);
            }
            if (events == MIDDLE) {
                words.append("x".repeat(number(Effect.OVERSIZE_BYTES, 0)));
            }
            ReplyText.Token token =
                    new ReplyText.Token(words.toString(), List.copyOf(ids), count, finish);
            ids.clear();
            return token;
        }

        private void interfere() {
            String alien = effects.get(Effect.ALIEN_EVENT);
            if (alien != null && events == MIDDLE) {
                event(alien);
            }
            if (events >= number(Effect.RESET_AFTER, Integer.MAX_VALUE)) {
                over = true;
                exchange.reset();
            } else if (events >= number(Effect.STALL_AFTER, Integer.MAX_VALUE)) {
                over = true;
            } else if (events >= number(Effect.CUT_AFTER, Integer.MAX_VALUE)) {
                over = true;
                exchange.cut();
            }
        }

        private void end(int count) {
            if (request.form().usage()) {
                event(text.usageChunk(count));
            }
            event("[DONE]");
            exchange.end();
        }

        private void event(String data) {
            events++;
            byte[] bytes = ("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
            int wide = data.indexOf(WIDE);
            if (wide < 0) {
                exchange.piece(bytes);
                return;
            }
            String before = "data: " + data.substring(0, wide);
            int inside = before.getBytes(StandardCharsets.UTF_8).length + 2;
            exchange.piece(Arrays.copyOf(bytes, inside));
            exchange.piece(Arrays.copyOfRange(bytes, inside, bytes.length));
        }
    }
}
