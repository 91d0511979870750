package dev.shakedown.harness.scenario;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Words that users mistype. */
final class Words {
    private static final int LONGEST_QUOTE = 40;

    private Words() {}

    /** {@code ; did you mean "x"?}, or what there is to choose from. */
    static String hint(String written, Collection<String> known) {
        Optional<String> nearest = nearest(written, known);
        if (nearest.isPresent()) {
            return "; did you mean \"" + nearest.get() + "\"?";
        }
        return known.isEmpty() ? "" : "; write one of " + String.join(", ", known);
    }

    /** The known word that differs in at most a third of the letters, case aside. */
    static Optional<String> nearest(String written, Collection<String> known) {
        if (written.length() > LONGEST_QUOTE) {
            return Optional.empty();
        }
        return known.stream()
                .filter(word -> distance(written, word) <= allowed(word))
                .min(Comparator.comparingInt(word -> distance(written, word)));
    }

    /** Short enough for one line of a terminal, without control characters. */
    static String shorten(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "…";
    }

    /** The nearest text that can be part of a file name. */
    static String fileName(String text) {
        String safe =
                text.replaceAll("[^A-Za-z0-9._-]+", "-")
                        .replaceAll("-{2,}", "-")
                        .replaceAll("^[-._]+|[-.]+$", "");
        return safe.isEmpty() ? "a-name" : safe.substring(0, Math.min(safe.length(), 80));
    }

    private static int allowed(String word) {
        return Math.max(1, word.length() / 3);
    }

    /** Optimal string alignment distance: insert, delete, replace, swap neighbours. */
    private static int distance(String left, String right) {
        String a = normal(left);
        String b = normal(right);
        if (Math.abs(a.length() - b.length()) > allowed(right)) {
            return Integer.MAX_VALUE;
        }
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, new int[] {i, j});
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(int[][] cost, String a, String b, int[] at) {
        int i = at[0];
        int j = at[1];
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
        best = Math.min(best, cost[i - 1][j - 1] + (same ? 0 : 1));
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }

    private static String normal(String word) {
        return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
}
