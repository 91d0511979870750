package dev.shakedown.workloads.load;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What prompts are made of. */
public sealed interface PromptText {

    /** Common words at random, so that no prompt begins like another. */
    record Words() implements PromptText {}

    /**
     * Common words at random, the same ones wherever the trace has the same block, so that prompts
     * share what theirs shared.
     *
     * @param ids of the leading blocks of each request, as {@link TraceRequest#blocks}
     */
    record Blocks(List<List<Long>> ids) implements PromptText {
        public Blocks {
            ids = List.copyOf(ids);
        }

        List<Long> of(long number) {
            return number < ids.size() ? ids.get((int) number) : List.of();
        }
    }

    /**
     * Texts of a file, each once before any is sent again.
     *
     * @param file where they were read
     * @param limit no more of the file's prompts than these were read
     * @param leftOut entries without a prompt
     * @param format of the file
     * @param texts in the order in which they are sent
     */
    record Given(String file, int limit, int leftOut, Format format, List<String> texts)
            implements PromptText {
        /** UTF-8 bytes a token, about, of the usual vocabularies of 32,000 tokens and more. */
        public static final int BYTES_PER_TOKEN = 4;

        /** How it is written. */
        public enum Format {
            /** JSON: a list of conversations. */
            SHARE_GPT,
            /** A JSON object a line. */
            JSON_LINES
        }

        public Given {
            if (texts.isEmpty()) {
                throw new IllegalArgumentException("a file of prompts needs at least one");
            }
            texts = List.copyOf(texts);
        }

        /** Which of the texts the request has. */
        int index(long number) {
            return (int) (number % texts.size());
        }

        /**
         * The request's text, shortened where the model takes less.
         *
         * @param tokens as they were counted
         * @param taken as many of them as the model takes
         */
        String of(long number, int tokens, int taken) {
            String text = texts.get(index(number));
            return taken >= tokens
                    ? text
                    : text.substring(0, (int) ((long) text.length() * taken / tokens));
        }
    }

    /** Numbers below {@code count} in an order that is a pure function of the seed. */
    static List<Integer> order(int count, long seed) {
        List<Integer> order = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            int at = random.nextInt(i + 1);
            order.add(i);
            order.set(i, order.get(at));
            order.set(at, i);
        }
        return order;
    }
}
