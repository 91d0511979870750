package dev.shakedown.reports.view;

import dev.shakedown.reports.regression.ComparisonVerdict;
import dev.shakedown.reports.regression.FieldDifference;
import dev.shakedown.reports.regression.FieldDifference.Kind;
import dev.shakedown.reports.regression.MetricResult;
import dev.shakedown.reports.regression.RegressionResult;
import dev.shakedown.reports.regression.ShiftFunction;
import dev.shakedown.reports.regression.Where;
import dev.shakedown.reports.render.Changes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a comparison found in one sentence: how much, where in the distribution, what else changed.
 */
final class RegressionSentence {
    private static final int MOST = 3;

    private final RegressionResult result;
    private final List<ShiftFunction> shifts;

    RegressionSentence(RegressionResult result, List<ShiftFunction> shifts) {
        this.result = result;
        this.shifts = shifts;
    }

    String text() {
        return switch (result.verdict()) {
            case REGRESSED -> moved(result.metrics(ComparisonVerdict.REGRESSED), "");
            case IMPROVED -> moved(result.metrics(ComparisonVerdict.IMPROVED), "");
            case EQUIVALENT -> same() + largest() + ".";
            case INCONCLUSIVE -> open();
            case NOT_COMPARABLE -> forbidden();
        };
    }

    private String same() {
        return result.metrics(ComparisonVerdict.INCONCLUSIVE).isEmpty()
                ? "nothing changed by more than what matters"
                : "nothing is suspected, and nothing got worse by two deltas or more";
    }

    /** What to do now; empty where nothing is left to do. */
    String next() {
        return switch (result.verdict()) {
            case REGRESSED, IMPROVED, EQUIVALENT -> "";
            case NOT_COMPARABLE -> factors();
            case INCONCLUSIVE -> more();
        };
    }

    private String open() {
        if (!result.suspects().isEmpty()) {
            return moved(result.suspects(), "; it is not confirmed yet");
        }
        List<MetricResult> open =
                result.metrics().stream().filter(MetricResult::mayHaveRegressed).toList();
        if (open.isEmpty()) {
            return result.why() + ".";
        }
        return result.why()
                + ": "
                + open.stream()
                        .limit(MOST)
                        .map(m -> m.metric().label() + " " + Changes.both(m))
                        .collect(Collectors.joining(", "))
                + ".";
    }

    private String more() {
        int fresh =
                result.suspects().stream()
                        .mapToInt(suspect -> suspect.morePairs().orElse(0))
                        .max()
                        .orElse(0);
        if (fresh > 0) {
            return ("take %d fresh runs of each, in turn, and compare all of them: the later half"
                            + " then confirms or not")
                    .formatted(fresh);
        }
        List<MetricResult> open =
                result.metrics().stream().filter(MetricResult::mayHaveRegressed).toList();
        if (open.isEmpty()) {
            return "";
        }
        if (open.stream().anyMatch(m -> m.morePairs().isEmpty())) {
            return "more runs alone will not decide it at this noise: find what makes the runs differ";
        }
        int most = open.stream().mapToInt(m -> m.morePairs().orElse(0)).max().orElse(0);
        return "%d more %s of each, in turn, would decide it if the change stays as it is"
                .formatted(most, most == 1 ? "run" : "runs");
    }

    private String moved(List<MetricResult> metrics, String end) {
        String list =
                metrics.stream()
                        .sorted(Comparator.comparingDouble(m -> -Math.abs(m.change() / m.delta())))
                        .limit(MOST)
                        .map(this::one)
                        .collect(Collectors.joining("; "));
        int others = metrics.size() - MOST;
        String rest = others > 0 ? "; and " + others + " more" : "";
        return list + rest + end + environment() + ".";
    }

    private String one(MetricResult metric) {
        return metric.metric().label()
                + " "
                + Changes.both(metric)
                + where(metric).map(text -> ", " + text).orElse("");
    }

    private Optional<String> where(MetricResult metric) {
        return shifts.stream()
                .filter(shift -> metric.metric().name().startsWith(shift.tag() + ".p"))
                .findFirst()
                .map(shift -> Where.of(shift, metric.change()))
                .filter(where -> !where.text().isEmpty())
                .map(where -> where.text() + meaning(metric.metric().label(), where.part()));
    }

    /** What such a shape usually comes from. */
    private static String meaning(String label, Where.Part part) {
        String kind = label.substring(0, label.indexOf(' '));
        if (part == Where.Part.ABOVE) {
            return switch (kind) {
                case "TTFT" -> ": queueing, not kernels";
                case "TPOT" -> ": some requests wait, not every step";
                case "ICL" -> ": longer pauses, not slower steps";
                default -> "";
            };
        }
        if (part == Where.Part.EVERYWHERE) {
            return switch (kind) {
                case "TTFT" -> ": prefill or the way to it, not queueing alone";
                case "TPOT", "ICL" -> ": every step";
                default -> "";
            };
        }
        return "";
    }

    private String environment() {
        String changed =
                result.differences().stream()
                        .filter(difference -> difference.kind() == Kind.UNDER_TEST)
                        .limit(MOST)
                        .map(d -> d.field() + " " + change(d))
                        .collect(Collectors.joining(", "));
        return changed.isEmpty() ? "" : "; " + changed + " between the runs";
    }

    private String largest() {
        return result.metrics().stream()
                .filter(m -> Double.isFinite(m.change()))
                .max(Comparator.comparingDouble(m -> Math.abs(m.change() / m.delta())))
                .map(m -> "; most moved " + m.metric().label() + ", " + Changes.both(m))
                .orElse("");
    }

    private String forbidden() {
        return "the runs differ in "
                + forbidding().stream()
                        .limit(2 * MOST)
                        .map(d -> d.field() + " (" + change(d) + ")")
                        .collect(Collectors.joining(", "))
                + (forbidding().size() > 2 * MOST ? " and more" : "")
                + ".";
    }

    private String factors() {
        if (forbidding().stream().anyMatch(d -> d.kind() == Kind.NEVER)) {
            return "compare runs of one kind: simulated never with real, a virtual clock never with a real one";
        }
        return "take runs that agree in these, or say what is under test: "
                + forbidding().stream()
                        .map(d -> "--factor " + quoted(d.field()))
                        .collect(Collectors.joining(" "));
    }

    private static String quoted(String field) {
        return field.contains(" ") ? "'" + field + "'" : field;
    }

    private List<FieldDifference> forbidding() {
        return result.differences().stream()
                .filter(d -> d.kind() == Kind.FORBIDS || d.kind() == Kind.NEVER)
                .toList();
    }

    private static String change(FieldDifference difference) {
        return difference.baseline() + " → " + difference.candidate();
    }
}
