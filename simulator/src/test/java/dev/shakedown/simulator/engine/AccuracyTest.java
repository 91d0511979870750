package dev.shakedown.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * The physics against published measurements: vLLM with Llama 3.1 70B FP8 and Qwen3 32B on H100 and
 * H200, tensor parallel 1 to 8, 4 to 128 users. Rows where the KV cache holds fewer than all users
 * are scored apart, by {@code benchmarks}, which has those of other engines and GPUs as well.
 */
class AccuracyTest {
    private static final List<MeasuredRow> ROWS =
            MeasuredRow.all().stream()
                    .filter(row -> row.engine().equals("vllm"))
                    .filter(row -> !row.model().equals("llama-3.1-8b"))
                    .filter(row -> !row.gpu().startsWith("B200"))
                    .filter(row -> !row.forecast(Calibration.VLLM).saturated())
                    .toList();

    @Test
    void rowsAreThosePublished() {
        assertThat(ROWS).hasSize(189);
    }

    @Test
    void closedFormIsWithinItsBounds() {
        double tpot =
                error(MeasuredRow::tpotMs, row -> row.forecast(Calibration.VLLM).tpotSeconds());
        double ttft =
                error(MeasuredRow::ttftMs, row -> row.forecast(Calibration.VLLM).ttftSeconds());

        assertThat(tpot).isLessThan(.07);
        assertThat(ttft).isLessThan(.15);
    }

    @Test
    void replayIsWithinItsBounds() {
        List<ClosedLoop.Result> replays =
                ROWS.stream().map(row -> row.replay(Calibration.VLLM)).toList();
        double tpot =
                error(MeasuredRow::tpotMs, row -> replays.get(ROWS.indexOf(row)).meanTpotSeconds());
        double ttft =
                error(MeasuredRow::ttftMs, row -> replays.get(ROWS.indexOf(row)).meanTtftSeconds());

        assertThat(tpot).isLessThan(.075);
        assertThat(ttft).isLessThan(.21);
    }

    @Test
    void sameSeedGivesTheSameRunToTheBit() {
        MeasuredRow row = ROWS.getLast();

        assertThat(row.replay(Calibration.VLLM)).isEqualTo(row.replay(Calibration.VLLM));
    }

    /** Mean absolute percentage error. */
    private static double error(
            ToDoubleFunction<MeasuredRow> measuredMs, ToDoubleFunction<MeasuredRow> seconds) {
        return ROWS.stream()
                .mapToDouble(
                        row ->
                                Math.abs(
                                        seconds.applyAsDouble(row)
                                                        * 1e3
                                                        / measuredMs.applyAsDouble(row)
                                                - 1))
                .average()
                .orElseThrow();
    }
}
