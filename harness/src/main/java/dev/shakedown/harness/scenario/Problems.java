package dev.shakedown.harness.scenario;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What was found wrong so far, each thing once. */
final class Problems {
    /** Beyond this many, a file is not a scenario; the rest is only counted. */
    private static final int LISTED = 100;

    private static final Comparator<Problem> BY_PLACE =
            Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

    private final Set<Problem> found = new LinkedHashSet<>();

    void add(Place place, String text) {
        found.add(place.problem(text));
    }

    boolean none() {
        return found.isEmpty();
    }

    /** In the file's order; those without a line (of {@code --set}) first. */
    List<Problem> listed() {
        List<Problem> sorted = found.stream().sorted(BY_PLACE).toList();
        if (sorted.size() <= LISTED) {
            return sorted;
        }
        List<Problem> first = new ArrayList<>(sorted.subList(0, LISTED));
        String file = first.getLast().file();
        first.add(Place.of(file).problem("and " + (sorted.size() - LISTED) + " problems more"));
        return List.copyOf(first);
    }
}
