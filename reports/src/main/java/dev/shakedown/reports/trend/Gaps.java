package dev.shakedown.reports.trend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Times without a run: a night that was missed, or a week. */
final class Gaps {
    /** What is shorter is no gap, however close together the others are. */
    private static final Duration LEAST = Duration.ofHours(36);

    /** Of the median distance; a missed night makes 2. */
    private static final double TIMES_USUAL = 1.9;

    private Gaps() {}

    static List<TrendMark> in(List<TrendRun> runs) {
        List<Duration> distances = new ArrayList<>();
        for (int i = 1; i < runs.size(); i++) {
            distances.add(Duration.between(runs.get(i - 1).at(), runs.get(i).at()));
        }
        List<TrendMark> gaps = new ArrayList<>();
        if (distances.isEmpty()) {
            return gaps;
        }
        Duration usual = distances.stream().sorted().toList().get(distances.size() / 2);
        for (int i = 0; i < distances.size(); i++) {
            Duration distance = distances.get(i);
            if (distance.compareTo(LEAST) > 0
                    && distance.toSeconds() > TIMES_USUAL * usual.toSeconds()) {
                gaps.add(
                        new TrendMark(
                                i + 1,
                                TrendMark.Kind.GAP,
                                "no valid run for %s (usual: %s)"
                                        .formatted(days(distance), days(usual))));
            }
        }
        return gaps;
    }

    private static String days(Duration time) {
        long hours = time.plusMinutes(30).toHours();
        return hours < 48 ? hours + " h" : Math.round(hours / 24.0) + " days";
    }
}
