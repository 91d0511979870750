package dev.shakedown.simulator.engine;

import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A published measurement of a real engine on real GPUs in a closed loop, from {@code
 * measured.csv}; what the physics is held against.
 *
 * @param engine {@code vllm}, {@code trtllm} or {@code nim}
 * @param protocol {@code InferenceMAX}: lengths between 80 and 100 % of the nominal ones. Else the
 *     nominal ones, and how much single requests differ is not published; they are replayed with 5
 *     % to either side, for users that stay in step would wait twice as long as was measured
 * @param kv type of the KV cache, {@code fp8}; empty: 16 bit, or not known
 * @param ttftMs mean
 * @param tpotMs mean
 * @param doubt why the row cannot be what it says; empty for all others
 */
public record MeasuredRow(
        String source,
        String engine,
        String version,
        String protocol,
        String model,
        String quantization,
        String kv,
        String gpu,
        int tensorParallel,
        int input,
        int output,
        int users,
        double ttftMs,
        double tpotMs,
        String doubt) {

    /** InferenceMAX sends ten requests a user. */
    private static final int REQUESTS_A_USER = 10;

    private static final double INFERENCE_MAX_MEAN = .9;
    private static final double INFERENCE_MAX_SPREAD = .1 / .9;
    private static final double FIXED_SPREAD = .05;

    /** The engines of these rows were started with vLLM's default of their time. */
    private static final double UTILIZATION = .9;

    /** All rows. */
    public static List<MeasuredRow> all() {
        try (InputStream in = MeasuredRow.class.getResourceAsStream("measured.csv")) {
            byte[] bytes = Objects.requireNonNull(in).readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .map(line -> parse(line.split(",", -1)))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** One replica as it was measured. */
    public EngineSetup setup(Calibration calibration) {
        SimulatedEngine served =
                new SimulatedEngine(
                        model,
                        model,
                        quantization,
                        input + output,
                        new SimulatedEngine.Tuning(
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                UTILIZATION,
                                kv.equals("fp8"),
                                false),
                        "mp",
                        new SimulatedEngine.Split(tensorParallel, 1, 1));
        SimulatedCluster cluster = new SimulatedCluster(1, tensorParallel, gpu, served);
        if (MemoryFit.of(cluster) instanceof MemoryFit.Fits fits) {
            return EngineSetup.of(cluster, fits.kvTokens(), calibration);
        }
        throw new IllegalStateException("did not fit, and yet was measured: " + this);
    }

    /** In closed form, with the mean lengths of the protocol. */
    public Forecast forecast(Calibration calibration) {
        return Forecast.of(setup(calibration), users, input * mean(), output * mean());
    }

    /** Played as the protocol has it. */
    public ClosedLoop.Result replay(Calibration calibration) {
        double spread = isInferenceMax() ? INFERENCE_MAX_SPREAD : FIXED_SPREAD;
        int requests = REQUESTS_A_USER * users;
        return new ClosedLoop(
                        users, input * mean(), output * mean(), spread, requests, users + input)
                .play(setup(calibration));
    }

    /**
     * Share of its measured life that a request takes on GPUs without any loss, its wait for the
     * first token left out. Above 1, the row cannot have been measured as it says.
     */
    public double shareOfPeak() {
        double later = output * mean() - 1;
        double measured = (ttftMs + tpotMs * later) / 1e3;
        return forecast(Calibration.PEAK).tpotSeconds() * later / measured;
    }

    private double mean() {
        return isInferenceMax() ? INFERENCE_MAX_MEAN : 1;
    }

    private boolean isInferenceMax() {
        return protocol.equals("InferenceMAX");
    }

    private static MeasuredRow parse(String[] cells) {
        return new MeasuredRow(
                cells[0],
                cells[1],
                cells[2],
                cells[3],
                cells[4],
                cells[5],
                cells[6],
                cells[7],
                Integer.parseInt(cells[8]),
                Integer.parseInt(cells[9]),
                Integer.parseInt(cells[10]),
                Integer.parseInt(cells[11]),
                Double.parseDouble(cells[12]),
                Double.parseDouble(cells[13]),
                cells[14]);
    }
}
