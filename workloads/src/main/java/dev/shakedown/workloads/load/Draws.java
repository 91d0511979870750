package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.Answer;
import dev.shakedown.workloads.openai.PromptPart;
import dev.shakedown.workloads.openai.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * What requests are to be: each a pure function of the plan's seed and its number, and a turn of a
 * session of that session's number and its own.
 *
 * @param shortest prompt that can be written, in tokens
 * @param maxModelLength tokens of prompt and answer together; empty where the server does not tell
 */
@SuppressWarnings("OptionalUsedAsFieldOrParameterType")
record Draws(Prompts prompts, int shortest, OptionalInt maxModelLength) {

    /**
     * What a request is to be, in tokens; {@code cut} to what the model takes.
     *
     * @param prompt what it shares with others, if anything, then what is its own; in a later turn
     *     of a session, all that was said before comes first
     * @param turn present in a load of sessions
     */
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
    record Drawn(List<PromptPart> prompt, int outputTokens, boolean cut, Optional<Turn> turn) {
        int inputTokens() {
            return prompt.stream().mapToInt(PromptPart::tokens).sum();
        }

        /** Its answer as a simulated server would give it: a function of the prompt. */
        PromptPart answer() {
            return new PromptPart(outputTokens, mix(prompt.getLast().seed()));
        }
    }

    /** The request with this number; in sessions the first turn of the session. */
    Drawn drawn(long number) {
        return draw(number, random(prompts.seed(), number + 1));
    }

    /**
     * The turn that follows one whose answer is there: when, and what. Empty if that was the last
     * one, or if the next is more than the model takes.
     *
     * @param tokens of prompt and answer, as the server counted them: answers may be shorter than
     *     was drawn
     */
    Optional<NextTurn> following(Drawn ended, int tokens) {
        Turn turn = ended.turn().orElseThrow();
        if (turn.isLast()) {
            return Optional.empty();
        }
        SplittableRandom random = ofTurn(turn.session(), turn.number() + 1);
        long thinkMs =
                sessions()
                        .thinkMs()
                        .map(think -> Lengths.draw(think, turn.session(), random))
                        .orElse(0);
        int input = input(turn.session(), random);
        int output = Lengths.draw(prompts.outputTokens(), turn.session(), random);
        PromptPart own = new PromptPart(input, random.nextLong());
        long whole = tokens + (long) input + output;
        return whole > maxModelLength.orElse(Integer.MAX_VALUE)
                ? Optional.empty()
                : Optional.of(new NextTurn(thinkMs * 1_000_000, ended, own, output));
    }

    /**
     * A turn that is still to be written.
     *
     * @param thinkNs after the end of the answer before
     * @param own what is new in its prompt
     */
    record NextTurn(long thinkNs, Drawn before, PromptPart own, int outputTokens) {

        /** With what the server answered, and how many tokens it counted so far. */
        Drawn after(Answer answer, int tokens) {
            Turn turn = before.turn().orElseThrow();
            List<PromptPart> prompt = new ArrayList<>(before.prompt());
            prompt.add(before.answer());
            prompt.add(own);
            List<Said> history = new ArrayList<>(turn.history());
            history.add(new Said(newIn(before), answer));
            return new Drawn(
                    List.copyOf(prompt),
                    outputTokens,
                    false,
                    Optional.of(
                            new Turn(
                                    turn.session(),
                                    turn.number() + 1,
                                    turn.of(),
                                    history,
                                    tokens)));
        }
    }

    /** All of a first turn's prompt, and of a later one's what is its own. */
    static List<PromptPart> newIn(Drawn drawn) {
        boolean first = drawn.turn().orElseThrow().number() == 1;
        return first ? drawn.prompt() : List.of(drawn.prompt().getLast());
    }

    private Sessions sessions() {
        return prompts.sessions().orElseThrow();
    }

    /** Of what a session's turns do not have in common; 0 is the session's own. */
    private SplittableRandom ofTurn(long session, int number) {
        return random(prompts.seed() + mix(number + 1L), session + 1);
    }

    /** One generator a request: what it holds does not depend on how many came before. */
    static SplittableRandom random(long seed, long stream) {
        return new SplittableRandom(seed ^ mix(stream));
    }

    private Drawn draw(long number, SplittableRandom random) {
        int input = input(number, random);
        int output = Lengths.draw(prompts.outputTokens(), number, random);
        Optional<PromptPart> prefix = prefix(random);
        if (prompts.sessions().isPresent()) {
            input += prefix.map(PromptPart::tokens).orElse(0);
        }
        int max = maxModelLength.orElse(Integer.MAX_VALUE);
        boolean cut = (long) input + output > max;
        if (cut) {
            output = Math.max(1, Math.min(output, max - shortest));
            input = Math.max(shortest, Math.min(input, max - output));
        }
        Optional<Turn> turn =
                prompts.sessions()
                        .map(
                                all ->
                                        Turn.first(
                                                number,
                                                Lengths.draw(
                                                        all.turns(), number, ofTurn(number, 0))));
        return new Drawn(prompt(number, input, prefix, random.nextLong()), output, cut, turn);
    }

    private int input(long number, SplittableRandom random) {
        return Math.max(shortest, Lengths.draw(prompts.inputTokens(), number, random));
    }

    private List<PromptPart> prompt(
            long number, int tokens, Optional<PromptPart> prefix, long seed) {
        return switch (prompts.text()) {
            case PromptText.Words _ ->
                    withOwn(
                            prefix
                                    .map(shared -> upTo(tokens, shared))
                                    .filter(part -> part.tokens() > 0)
                                    .stream()
                                    .toList(),
                            tokens,
                            seed);
            case PromptText.Blocks blocks ->
                    withOwn(blocks(blocks.of(number), tokens), tokens, seed);
            // The same text again is the same prompt again.
            case PromptText.Given given ->
                    List.of(new PromptPart(tokens, sharedSeed(given.index(number))));
        };
    }

    private static List<PromptPart> withOwn(List<PromptPart> shared, int tokens, long seed) {
        int own = tokens - shared.stream().mapToInt(PromptPart::tokens).sum();
        return Stream.concat(shared.stream(), Stream.of(new PromptPart(own, seed))).toList();
    }

    /** As long as it is where there is room for it. */
    private Optional<PromptPart> prefix(SplittableRandom random) {
        return prompts.sharedPrefix()
                .filter(shared -> random.nextDouble() < shared.ratio())
                .map(
                        shared ->
                                new PromptPart(
                                        shared.tokens(),
                                        sharedSeed(random.nextInt(shared.count()))));
    }

    private List<PromptPart> blocks(List<Long> ids, int tokens) {
        List<PromptPart> parts = new ArrayList<>();
        int left = tokens;
        for (long id : ids) {
            PromptPart part = upTo(left, new PromptPart(Trace.BLOCK_TOKENS, sharedSeed(id)));
            if (part.tokens() > 0) {
                parts.add(part);
            }
            left -= part.tokens();
        }
        return parts;
    }

    /** Leaves the end of a prompt to the request: no server finds the last token in its cache. */
    private PromptPart upTo(int left, PromptPart part) {
        return new PromptPart(Math.min(part.tokens(), left - shortest), part.seed());
    }

    /** The streams above zero are the requests'. */
    private long sharedSeed(long index) {
        return random(prompts.seed(), -1 - index).nextLong();
    }

    /** Spreads neighbouring numbers over all bits (the finaliser of SplitMix64). */
    static long mix(long z0) {
        long z = z0 * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
