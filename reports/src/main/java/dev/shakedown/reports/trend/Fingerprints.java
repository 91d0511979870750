package dev.shakedown.reports.trend;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** What runs ran on, and where that changed. */
final class Fingerprints {
    private final List<TrendRun> runs;
    private final List<String> telling;

    Fingerprints(List<TrendRun> runs) {
        this.runs = runs;
        SortedSet<String> fields = new TreeSet<>();
        runs.forEach(run -> fields.addAll(run.fingerprint().keySet()));
        telling = fields.stream().filter(this::tells).toList();
    }

    /** What differs between two runs, as {@code vllm 0.31 → 0.32}. */
    List<String> changed(int before, int after) {
        List<String> changed = new ArrayList<>();
        for (String field : telling) {
            if (differs(field, before, after)) {
                changed.add(
                        "%s %s → %s".formatted(field, value(field, before), value(field, after)));
            }
        }
        return changed;
    }

    List<TrendMark> marks() {
        List<TrendMark> marks = new ArrayList<>();
        for (int i = 1; i < runs.size(); i++) {
            List<String> changed = changed(i - 1, i);
            if (!changed.isEmpty()) {
                marks.add(new TrendMark(i, TrendMark.Kind.FINGERPRINT, String.join(", ", changed)));
            }
        }
        return marks;
    }

    /** Of a field that changes with most runs, as the name of a pod, a change tells nothing. */
    private boolean tells(String field) {
        long changes =
                IntStream.range(1, runs.size()).filter(i -> differs(field, i - 1, i)).count();
        return changes <= 2 || changes * 2 <= runs.size();
    }

    private boolean differs(String field, int before, int after) {
        return !Objects.equals(
                runs.get(before).fingerprint().get(field),
                runs.get(after).fingerprint().get(field));
    }

    private String value(String field, int run) {
        return runs.get(run).fingerprint().getOrDefault(field, "none");
    }
}
