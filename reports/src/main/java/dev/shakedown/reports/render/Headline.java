package dev.shakedown.reports.render;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.State;
import dev.shakedown.reports.run.RunRecord.StepSpan;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The verdict in one sentence, with the reason in it. */
final class Headline {

    private Headline() {}

    /** The sentence; it starts after the verdict's own word. */
    static String of(RunRecord run) {
        return switch (run.verdict()) {
            case PASSED -> passed(run);
            case FAILED -> failed(run);
            case INVALID ->
                    "the measurement was at fault, so the numbers prove nothing: " + why(run);
            case ABORTED -> aborted(run);
        };
    }

    /** A sign that carries the verdict without colour. */
    static String sign(RunRecord run) {
        return switch (run.verdict()) {
            case PASSED -> "✓";
            case FAILED -> "✗";
            case INVALID -> "?";
            case ABORTED -> "■";
        };
    }

    private static String passed(RunRecord run) {
        if (run.series().isPresent()) {
            return ended(run.series().get().text());
        }
        long judged = run.limits().stream().filter(limit -> limit.met().isPresent()).count();
        String load =
                run.offered() == 0 ? "" : ", " + Show.count(run.offered()) + " requests offered";
        if (judged == 0) {
            return "every step succeeded" + load + "; no limit was set.";
        }
        String kept = judged == 1 ? "the limit was kept" : "all " + judged + " limits were kept";
        return kept + load + "; the server was " + state(run) + ".";
    }

    private static String failed(RunRecord run) {
        List<LimitResult> missed = missed(run);
        if (missed.isEmpty()) {
            return run.series().map(series -> ended(series.text())).orElseGet(() -> why(run));
        }
        String list =
                missed.stream()
                        .map(l -> l.name() + " was " + l.measured() + ", the limit is " + l.limit())
                        .collect(Collectors.joining("; "));
        String saturated =
                run.state() == State.SATURATED
                        ? ". The server did not keep up with the load (SATURATED)."
                        : ".";
        return list + saturated;
    }

    private static String aborted(RunRecord run) {
        Optional<StepSpan> broken =
                run.steps().stream().filter(step -> step.event().equals("failed")).findFirst();
        String where = broken.map(step -> "in step " + step.step() + ": ").orElse("");
        String detail = broken.map(StepSpan::detail).filter(text -> !text.isBlank()).orElse("");
        return where + (detail.isEmpty() || !run.reasons().isEmpty() ? why(run) : ended(detail));
    }

    private static String why(RunRecord run) {
        return run.reasons().stream()
                .map(Reason::text)
                .findFirst()
                .map(Headline::ended)
                .orElse("no reason was recorded.");
    }

    private static String ended(String text) {
        String line = text.strip();
        return line.endsWith(".") || line.endsWith("!") || line.endsWith("?") ? line : line + ".";
    }

    private static String state(RunRecord run) {
        return run.state() == State.STEADY ? "steady" : "SATURATED";
    }

    private static List<LimitResult> missed(RunRecord run) {
        return run.limits().stream().filter(limit -> !limit.met().orElse(true)).toList();
    }
}
