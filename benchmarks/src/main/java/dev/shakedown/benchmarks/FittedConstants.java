package dev.shakedown.benchmarks;

import dev.shakedown.simulator.engine.Calibration;
import dev.shakedown.simulator.engine.Forecast;
import dev.shakedown.simulator.engine.MeasuredRow;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.PointValuePair;
import org.apache.commons.math3.optim.SimpleBounds;
import org.apache.commons.math3.optim.SimpleValueChecker;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.CMAESOptimizer;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * The ten constants of {@link Calibration} that published rows decide, fitted to some of them by
 * CMA-ES. It begins in the middle of wide ranges and never sees the shipped constants: those know
 * all rows, so a fit that began there would know the ones that are held out.
 *
 * <p>Not fitted: the share of the bandwidth that weights reach, which was measured by itself; the
 * two times between nodes and the reserve, of which no step here depends; and the three numbers of
 * {@link Forecast}, which were fitted to all rows once and touch TTFT only.
 */
final class FittedConstants {
    /** Where each is looked for, in {@link Calibration}'s order. */
    private static final List<Range> RANGES =
            List.of(
                    new Range(.2, 1), // kvShare
                    new Range(.3, 1), // computeShare
                    new Range(.1, 1), // attentionShare
                    new Range(1, 8), // overlapNorm
                    new Range(.3, 1.1), // linkShare: reduction in the switch beats a ring
                    new Range(1e-6, 30e-6), // allReduceSeconds
                    new Range(0, 3e-3), // stepSeconds
                    new Range(0, 150e-6), // layerSeconds
                    new Range(0, 400e-6), // prefillLayerSeconds
                    new Range(0, 100e-3)); // frontEndSeconds

    /** TTFT is published and measured less alike than TPOT. */
    private static final double TTFT_WEIGHT = .5;

    /** Some starts end in a valley beside the lowest: the best of these counts. */
    private static final int STARTS = 8;

    private static final int POPULATION = 16;
    private static final int GENERATIONS = 1_000;

    private FittedConstants() {}

    private record Range(double low, double high) {
        double at(double share) {
            return low + share * (high - low);
        }
    }

    /** Those with the least mean error of the closed form over the rows. */
    static Calibration to(List<MeasuredRow> rows) {
        return IntStream.range(0, STARTS)
                .mapToObj(seed -> fit(rows, seed))
                .min(Comparator.comparing(PointValuePair::getValue))
                .map(best -> calibration(best.getPoint()))
                .orElseThrow();
    }

    private static PointValuePair fit(List<MeasuredRow> rows, int seed) {
        var checker = new SimpleValueChecker(1e-7, 1e-7);
        var random = new MersenneTwister(seed);
        return new CMAESOptimizer(GENERATIONS, 0, true, 0, 0, random, false, checker)
                .optimize(
                        new MaxEval(GENERATIONS * POPULATION),
                        new ObjectiveFunction(point -> error(rows, calibration(point))),
                        GoalType.MINIMIZE,
                        new InitialGuess(all(.5)),
                        new SimpleBounds(all(0), all(1)),
                        new CMAESOptimizer.Sigma(all(.2)),
                        new CMAESOptimizer.PopulationSize(POPULATION));
    }

    private static double error(List<MeasuredRow> rows, Calibration constants) {
        return rows.stream().mapToDouble(row -> error(row, constants)).average().orElseThrow();
    }

    private static double error(MeasuredRow row, Calibration constants) {
        Forecast forecast = row.forecast(constants);
        return off(forecast.tpotSeconds(), row.tpotMs())
                + TTFT_WEIGHT * off(forecast.ttftSeconds(), row.ttftMs());
    }

    /** In logarithms: twice as long is as wrong as half as long. */
    private static double off(double seconds, double millis) {
        return Math.abs(Math.log(seconds * 1e3 / millis));
    }

    private static Calibration calibration(double[] shares) {
        double[] at =
                IntStream.range(0, shares.length)
                        .mapToDouble(i -> RANGES.get(i).at(shares[i]))
                        .toArray();
        Calibration kept = Calibration.VLLM;
        return new Calibration(
                kept.memoryShare(),
                at[0],
                at[1],
                at[2],
                at[3],
                at[4],
                at[5],
                kept.allReduceAcrossNodesSeconds(),
                kept.hopSeconds(),
                at[6],
                at[7],
                at[8],
                at[9],
                kept.reserveBytes());
    }

    private static double[] all(double share) {
        return DoubleStream.generate(() -> share).limit(RANGES.size()).toArray();
    }
}
