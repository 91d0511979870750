package dev.shakedown.benchmarks;

import dev.shakedown.simulator.engine.Calibration;
import dev.shakedown.simulator.engine.MeasuredRow;
import dev.shakedown.simulator.engine.ScoredRow;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * How well the physics predicts what its constants were not fitted to: for each model, GPU and
 * tensor parallel size in turn, the constants are fitted to all other rows, and the group is
 * scored. Beside it, what a fit to all rows and the shipped constants make of the same rows; below,
 * of rows that are in no fit.
 */
public final class HoldOuts {
    private static final List<ToDoubleFunction<ScoredRow>> ERRORS =
            List.of(
                    ScoredRow::forecastTpotError,
                    ScoredRow::forecastTtftError,
                    ScoredRow::replayTpotError,
                    ScoredRow::replayTtftError);

    private static final List<Function<MeasuredRow, String>> GROUPINGS =
            List.of(MeasuredRow::model, MeasuredRow::gpu, row -> "TP " + row.tensorParallel());

    private final PrintStream out = System.out;
    private final List<MeasuredRow> counted;
    private final List<MeasuredRow> unseen;
    private final Calibration fitToAll;

    private HoldOuts() {
        List<ScoredRow> usable =
                MeasuredRow.all().stream()
                        .filter(row -> row.doubt().isEmpty())
                        .map(row -> ScoredRow.of(row, Calibration.VLLM))
                        .filter(scored -> !scored.forecast().saturated())
                        .toList();
        this.counted = rows(usable, ScoredRow::counts);
        this.unseen = rows(usable, Predicate.not(ScoredRow::counts));
        this.fitToAll = FittedConstants.to(counted);
    }

    private static List<MeasuredRow> rows(List<ScoredRow> scored, Predicate<ScoredRow> which) {
        return scored.stream().filter(which).map(ScoredRow::row).toList();
    }

    /** See the class. */
    public static void main(String[] arguments) {
        new HoldOuts().print();
    }

    private void print() {
        String closedAndReplay = "   closed form     replay     ";
        String columns = "   TPOT  TTFT   TPOT  TTFT    ";
        out.printf("%-26s %4s %-29s %-29s %s%n", "", "", "  held out", "  fit to all", "  shipped");
        out.printf("%-26s %4s%s%n", "", "", closedAndReplay.repeat(3));
        out.printf("%-26s %4s%s%n", "mean error in %", "rows", columns.repeat(3));
        for (Function<MeasuredRow, String> grouping : GROUPINGS) {
            groups(counted, grouping).forEach((name, group) -> holdOut(name, group));
        }
        String apart = " ".repeat(columns.length());
        print("all", counted, apart, fitToAll, Calibration.VLLM);
        groups(unseen, HoldOuts::machine)
                .forEach((name, group) -> print(name, group, apart, fitToAll, Calibration.VLLM));
        out.println("fit to all: " + fitToAll.text());
    }

    private static String machine(MeasuredRow row) {
        return row.engine() + " " + row.model() + " " + row.gpu().substring(0, 4);
    }

    private static Map<String, List<MeasuredRow>> groups(
            List<MeasuredRow> rows, Function<MeasuredRow, String> grouping) {
        return rows.stream()
                .collect(Collectors.groupingBy(grouping, TreeMap::new, Collectors.toList()));
    }

    private void holdOut(String name, List<MeasuredRow> group) {
        List<MeasuredRow> rest = counted.stream().filter(row -> !group.contains(row)).toList();
        print(name, group, "", FittedConstants.to(rest), fitToAll, Calibration.VLLM);
    }

    private void print(
            String name, List<MeasuredRow> group, String apart, Calibration... constants) {
        out.printf("%-26s %4d%s", name, group.size(), apart);
        for (Calibration each : constants) {
            out.printf(Locale.ROOT, "%7.1f %5.1f %6.1f %5.1f    ", percent(group, each));
        }
        out.println();
    }

    private static Object[] percent(List<MeasuredRow> group, Calibration constants) {
        List<ScoredRow> scored = group.stream().map(row -> ScoredRow.of(row, constants)).toList();
        return ERRORS.stream()
                .map(error -> 100 * scored.stream().mapToDouble(error).average().orElseThrow())
                .toArray();
    }
}
