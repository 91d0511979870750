package dev.shakedown.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * The physics against published measurements: vLLM with Llama 3.1 70B FP8 and Qwen3 32B on H100 and
 * H200, tensor parallel 1 to 8, 4 to 128 users. Rows where the KV cache holds fewer than all users
 * and rows in doubt are scored apart, by {@code benchmarks}, which has those of other engines and
 * GPUs as well, and refits the constants with each model, GPU and TP held out.
 */
class AccuracyTest {
    private static final List<ScoredRow> ROWS =
            MeasuredRow.all().stream()
                    .map(row -> ScoredRow.of(row, Calibration.VLLM))
                    .filter(ScoredRow::counts)
                    .toList();

    @Test
    void rowsAreThosePublished() {
        assertThat(ROWS).hasSize(190);
    }

    @Test
    void rowsAreNoFasterThanGpusWithoutLoss() {
        assertThat(MeasuredRow.all())
                .filteredOn(row -> row.doubt().isEmpty())
                .allSatisfy(row -> assertThat(row.shareOfPeak()).isLessThan(1));
    }

    @Test
    void closedFormIsWithinItsBounds() {
        assertThat(mean(ScoredRow::forecastTpotError)).isLessThan(.072);
        assertThat(mean(ScoredRow::forecastTtftError)).isLessThan(.145);
    }

    @Test
    void replayIsWithinItsBounds() {
        assertThat(mean(ScoredRow::replayTpotError)).isLessThan(.082);
        assertThat(mean(ScoredRow::replayTtftError)).isLessThan(.16);
    }

    @Test
    void sameSeedGivesTheSameRunToTheBit() {
        MeasuredRow row = ROWS.getLast().row();

        assertThat(row.replay(Calibration.VLLM)).isEqualTo(row.replay(Calibration.VLLM));
    }

    private static double mean(ToDoubleFunction<ScoredRow> error) {
        return ROWS.stream().mapToDouble(error).average().orElseThrow();
    }
}
