package dev.shakedown.benchmarks;

import dev.shakedown.simulator.engine.Calibration;
import dev.shakedown.simulator.engine.ClosedLoop;
import dev.shakedown.simulator.engine.Forecast;
import dev.shakedown.simulator.engine.MeasuredRow;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The simulator's figures beside published measurements: a table, and a picture for the README. */
public final class SimulatorAccuracy {
    private SimulatorAccuracy() {}

    private record Compared(MeasuredRow row, Forecast forecast, ClosedLoop.Result replay) {
        static Compared of(MeasuredRow row) {
            return new Compared(row, row.forecast(Calibration.VLLM), row.replay(Calibration.VLLM));
        }

        String group() {
            String quantization = row.quantization().isEmpty() ? "bf16" : row.quantization();
            return "%-7s%-14s %-4s %-4s%s"
                    .formatted(
                            row.engine(),
                            row.model(),
                            quantization,
                            row.gpu().substring(0, 4),
                            forecast.saturated() ? " KV-saturated" : "");
        }

        double[] errors() {
            return new double[] {
                error(forecast.tpotSeconds(), row.tpotMs()),
                error(forecast.ttftSeconds(), row.ttftMs()),
                error(replay.meanTpotSeconds(), row.tpotMs()),
                error(replay.meanTtftSeconds(), row.ttftMs())
            };
        }

        private static double error(double seconds, double millis) {
            return 100 * Math.abs(seconds * 1e3 / millis - 1);
        }

        /** What {@code AccuracyTest} holds the physics to. */
        boolean counts() {
            return row.engine().equals("vllm")
                    && !row.model().equals("llama-3.1-8b")
                    && !row.gpu().startsWith("B200")
                    && !forecast.saturated();
        }
    }

    /** Prints the table; with an argument, writes the picture there as SVG. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        List<Compared> all = MeasuredRow.all().stream().map(Compared::of).toList();
        Map<String, List<Compared>> groups = new TreeMap<>();
        for (Compared compared : all) {
            groups.computeIfAbsent(compared.group(), _ -> new ArrayList<>()).add(compared);
        }
        out.printf("%-48s %5s %26s %22s%n", "mean error in %", "rows", "closed form", "replay");
        out.printf("%-48s %5s %13s %12s %9s %12s%n", "", "", "TPOT", "TTFT", "TPOT", "TTFT");
        groups.forEach((name, rows) -> print(out, name, rows));
        List<Compared> counted = all.stream().filter(Compared::counts).toList();
        print(out, "vLLM, 70B and 32B, H100 and H200", counted);
        if (arguments.length > 0) {
            Files.writeString(Path.of(arguments[0]), AccuracyPicture.of(points(counted)));
        }
    }

    private static void print(PrintStream out, String name, List<Compared> rows) {
        double[] sums = new double[4];
        for (Compared row : rows) {
            double[] errors = row.errors();
            for (int i = 0; i < sums.length; i++) {
                sums[i] += errors[i] / rows.size();
            }
        }
        out.printf(
                Locale.ROOT,
                "%-48s %5d %13.1f %12.1f %9.1f %12.1f%n",
                name,
                rows.size(),
                sums[0],
                sums[1],
                sums[2],
                sums[3]);
    }

    private static List<AccuracyPicture.Point> points(List<Compared> rows) {
        List<AccuracyPicture.Point> points = new ArrayList<>();
        for (Compared compared : rows) {
            MeasuredRow row = compared.row();
            ClosedLoop.Result replay = compared.replay();
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
