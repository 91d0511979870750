package dev.shakedown.benchmarks;

import dev.shakedown.simulator.engine.Calibration;
import dev.shakedown.simulator.engine.ClosedLoop;
import dev.shakedown.simulator.engine.MeasuredRow;
import dev.shakedown.simulator.engine.ScoredRow;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The simulator's figures beside published measurements: a table, and a picture for the README. */
public final class SimulatorAccuracy {
    private SimulatorAccuracy() {}

    private static final List<ToDoubleFunction<ScoredRow>> ERRORS =
            List.of(
                    ScoredRow::forecastTpotError,
                    ScoredRow::forecastTtftError,
                    ScoredRow::replayTpotError,
                    ScoredRow::replayTtftError,
                    ScoredRow::replayMedianTtftError);

    /** Prints the table; with an argument, writes the picture there as SVG. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        List<ScoredRow> all =
                MeasuredRow.all().stream().map(row -> ScoredRow.of(row, Calibration.VLLM)).toList();
        Map<String, List<ScoredRow>> groups = new TreeMap<>();
        for (ScoredRow scored : all) {
            groups.computeIfAbsent(group(scored), _ -> new ArrayList<>()).add(scored);
        }
        out.printf("%-48s %5s %26s %32s%n", "mean error in %", "rows", "closed form", "replay");
        out.printf(
                "%-48s %5s %13s %12s %9s %12s %9s %16s%n",
                "", "", "TPOT", "TTFT", "TPOT", "TTFT", "(median)", "most of peak");
        groups.forEach((name, rows) -> print(out, name, rows));
        List<ScoredRow> counted = all.stream().filter(ScoredRow::counts).toList();
        print(out, "vLLM, 70B and 32B, H100 and H200", counted);
        if (arguments.length > 0) {
            Files.writeString(Path.of(arguments[0]), AccuracyPicture.of(points(counted)));
        }
    }

    private static String group(ScoredRow scored) {
        MeasuredRow row = scored.row();
        return "%-7s%-14s %-4s %-4s%s%s"
                .formatted(
                        row.engine(),
                        row.model(),
                        row.quantization().isEmpty() ? "bf16" : row.quantization(),
                        row.gpu().substring(0, 4),
                        scored.forecast().saturated() ? " KV-saturated" : "",
                        row.doubt().isEmpty() ? "" : " in doubt");
    }

    private static void print(PrintStream out, String name, List<ScoredRow> rows) {
        Object[] percent =
                ERRORS.stream()
                        .map(
                                error ->
                                        100
                                                * rows.stream()
                                                        .mapToDouble(error)
                                                        .average()
                                                        .orElseThrow())
                        .toArray();
        out.printf("%-48s %5d", name, rows.size());
        out.printf(Locale.ROOT, "%14.1f %12.1f %9.1f %12.1f %9.1f", percent);
        double most =
                rows.stream().mapToDouble(each -> each.row().shareOfPeak()).max().orElseThrow();
        out.printf(Locale.ROOT, "%17.2f%n", most);
    }

    private static List<AccuracyPicture.Point> points(List<ScoredRow> rows) {
        List<AccuracyPicture.Point> points = new ArrayList<>();
        for (ScoredRow scored : rows) {
            MeasuredRow row = scored.row();
            ClosedLoop.Result replay = scored.replay();
            boolean first = row.model().startsWith("llama");
            points.add(
                    new AccuracyPicture.Point(
                            false, first, row.tpotMs(), replay.meanTpotSeconds() * 1e3));
            points.add(
                    new AccuracyPicture.Point(
                            true, first, row.ttftMs(), replay.meanTtftSeconds() * 1e3));
        }
        return points;
    }
}
