package dev.shakedown.workloads.openai;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds out, through the server's own {@code /tokenize}, how to write prompts of exact length.
 * Completions use token ids of ordinary words: they exist in the vocabulary and are never special.
 * Chats use words that add exactly one token each. Without {@code /tokenize} one word is taken for
 * one token, and lengths are approximate.
 */
public final class PromptCalibration {
    private static final List<String> WORDS =
            List.of(
                    "time",
                    "year",
                    "people",
                    "way",
                    "day",
                    "man",
                    "thing",
                    "woman",
                    "life",
                    "child",
                    "world",
                    "school",
                    "state",
                    "family",
                    "student",
                    "group",
                    "country",
                    "problem",
                    "hand",
                    "part",
                    "place",
                    "case",
                    "week",
                    "company",
                    "system",
                    "program",
                    "question",
                    "work",
                    "number",
                    "night",
                    "point",
                    "home",
                    "water",
                    "room",
                    "mother",
                    "area",
                    "money",
                    "story",
                    "fact",
                    "month",
                    "lot",
                    "right",
                    "study",
                    "book",
                    "eye",
                    "job",
                    "word",
                    "business",
                    "issue",
                    "side",
                    "kind",
                    "head",
                    "house",
                    "service",
                    "friend",
                    "father",
                    "power",
                    "hour",
                    "game",
                    "line",
                    "end",
                    "member",
                    "law",
                    "car",
                    "city",
                    "name",
                    "team",
                    "minute",
                    "idea",
                    "body",
                    "back",
                    "parent",
                    "face",
                    "level",
                    "office",
                    "door",
                    "health",
                    "person",
                    "art",
                    "war",
                    "history",
                    "party",
                    "result",
                    "change",
                    "morning",
                    "reason",
                    "research",
                    "girl",
                    "guy",
                    "moment",
                    "air",
                    "teacher",
                    "force",
                    "a",
                    "the",
                    "of",
                    "to",
                    "in",
                    "is",
                    "it",
                    "on",
                    "as",
                    "at",
                    "by",
                    "we",
                    "or");

    private static final int REPEATS = 8;
    private static final int ENOUGH_WORDS = 24;
    private static final int PROBES = 3;

    private PromptCalibration() {}

    /** Prompts for {@code /v1/completions}. */
    public static PromptWriter completions(ServerApi server, RequestBodies bodies) {
        int[] ids = Arrays.stream(server.tokenize(String.join(" ", WORDS))).distinct().toArray();
        return ids.length < 2
                ? new Words(bodies, false, WORDS, 0, false)
                : new Ids(bodies, ids, server);
    }

    /** Prompts for {@code /v1/chat/completions}. */
    public static PromptWriter chat(ServerApi server, RequestBodies bodies) {
        OptionalInt one = server.chatLength(WORDS.getFirst());
        if (one.isEmpty()) {
            return new Words(bodies, true, WORDS, 0, false);
        }
        List<String> single = singleTokenWords(server);
        if (single.isEmpty()) {
            return new Words(bodies, true, WORDS, 0, false);
        }
        int template = server.chatLength(single.getFirst()).orElse(1) - 1;
        Words writer = new Words(bodies, true, single, template, true);
        return holds(server, writer) ? writer : new Words(bodies, true, single, template, false);
    }

    /** Two calls a word until the template's length is known, then one. */
    private static List<String> singleTokenWords(ServerApi server) {
        List<String> single = new ArrayList<>();
        OptionalInt template = OptionalInt.empty();
        for (String word : candidates()) {
            int more = repeated(server, word, REPEATS);
            if (template.isEmpty() && more - repeated(server, word, 1) == REPEATS - 1) {
                template = OptionalInt.of(more - REPEATS);
            }
            if (template.isPresent() && more == template.getAsInt() + REPEATS) {
                single.add(word);
            }
            if (single.size() == ENOUGH_WORDS) {
                break;
            }
        }
        return single;
    }

    private static int repeated(ServerApi server, String word, int times) {
        return server.chatLength(String.join(" ", Collections.nCopies(times, word))).orElse(-1);
    }

    /** Common words first, then single letters: small vocabularies know few words. */
    private static List<String> candidates() {
        List<String> candidates = new ArrayList<>(WORDS);
        for (char c = 'a'; c <= 'z'; c++) {
            candidates.add(String.valueOf(c));
        }
        return candidates;
    }

    /** Whether mixed words are as long as single ones promised. */
    private static boolean holds(ServerApi server, Words writer) {
        return IntStream.rangeClosed(1, PROBES)
                .map(probe -> writer.shortest() + probe * 50)
                .allMatch(
                        length ->
                                length
                                        == server.chatLength(
                                                        writer.text(
                                                                List.of(new PromptPart(length, 1))))
                                                .orElse(-1));
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Ids(RequestBodies bodies, int[] ids, ServerApi server) implements PromptWriter {
        @Override
        public CompletionRequest write(
                List<Said> history, List<PromptPart> prompt, int outputTokens) {
            IntStream before = history.stream().flatMapToInt(this::tokens);
            return bodies.completion(
                    IntStream.concat(before, prompt.stream().flatMapToInt(this::tokens)).toArray(),
                    outputTokens);
        }

        /** A server that returns no token ids still says which ones its text is. */
        @Override
        public Answer repeatable(Answer answer) {
            return answer.tokenIds().length > 0
                    ? answer
                    : new Answer(server.tokenize(answer.text()), answer.text());
        }

        private IntStream tokens(Said turn) {
            return IntStream.concat(
                    turn.prompt().stream().flatMapToInt(this::tokens),
                    Arrays.stream(turn.answer().tokenIds()));
        }

        private IntStream tokens(PromptPart part) {
            SplittableRandom random = part.random();
            return IntStream.range(0, part.tokens()).map(_ -> ids[random.nextInt(ids.length)]);
        }

        @Override
        public CompletionRequest write(String prompt, int outputTokens) {
            return bodies.completion(prompt, outputTokens);
        }

        @Override
        public boolean exact() {
            return true;
        }

        @Override
        public int shortest() {
            return 1;
        }
    }

    private record Words(
            RequestBodies bodies, boolean chat, List<String> words, int template, boolean exact)
            implements PromptWriter {
        @Override
        public CompletionRequest write(
                List<Said> history, List<PromptPart> prompt, int outputTokens) {
            List<String> messages = new ArrayList<>();
            StringBuilder whole = new StringBuilder();
            for (Said turn : history) {
                messages.add(text(turn.prompt()));
                messages.add(turn.answer().text());
                // A completion goes on where its prompt ends.
                whole.append(text(turn.prompt())).append(turn.answer().text()).append(' ');
            }
            messages.add(text(prompt));
            return chat
                    ? bodies.chat(messages, outputTokens)
                    : bodies.completion(whole + messages.getLast(), outputTokens);
        }

        @Override
        public CompletionRequest write(String prompt, int outputTokens) {
            return chat
                    ? bodies.chat(prompt, outputTokens)
                    : bodies.completion(prompt, outputTokens);
        }

        @Override
        public int shortest() {
            return template + 1;
        }

        /** A word adds one token wherever it stands, so prompts are alike up to their own part. */
        String text(List<PromptPart> prompt) {
            Stream<String> shared = prompt.stream().limit(prompt.size() - 1L).flatMap(this::words);
            PromptPart last = prompt.getLast();
            int own = Math.max(1, last.tokens() - template);
            return Stream.concat(shared, words(new PromptPart(own, last.seed())))
                    .collect(Collectors.joining(" "));
        }

        private Stream<String> words(PromptPart part) {
            SplittableRandom random = part.random();
            return IntStream.range(0, part.tokens())
                    .mapToObj(_ -> words.get(random.nextInt(words.size())));
        }
    }
}
