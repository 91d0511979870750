package dev.shakedown.simulator.engine;

/** A published measurement beside what the simulator makes of it. */
public record ScoredRow(MeasuredRow row, Forecast forecast, ClosedLoop.Result replay) {

    /** Forecasts and replays it. */
    public static ScoredRow of(MeasuredRow row, Calibration calibration) {
        return new ScoredRow(row, row.forecast(calibration), row.replay(calibration));
    }

    /**
     * Whether the physics is held to it: vLLM with Llama 3.1 70B or Qwen3 32B on H100 or H200,
     * where the KV cache holds all users and nothing is wrong with the row.
     */
    public boolean counts() {
        return row.engine().equals("vllm")
                && !row.model().equals("llama-3.1-8b")
                && !row.gpu().startsWith("B200")
                && row.doubt().isEmpty()
                && !forecast.saturated();
    }

    /** Share that the closed form's TPOT is off. */
    public double forecastTpotError() {
        return error(forecast.tpotSeconds(), row.tpotMs());
    }

    /** Share that the closed form's TTFT is off. */
    public double forecastTtftError() {
        return error(forecast.ttftSeconds(), row.ttftMs());
    }

    /** Share that the replay's mean TPOT is off. */
    public double replayTpotError() {
        return error(replay.meanTpotSeconds(), row.tpotMs());
    }

    /** Share that the replay's mean TTFT is off. */
    public double replayTtftError() {
        return error(replay.meanTtftSeconds(), row.ttftMs());
    }

    /** The same for its median, for the source does not say which one it gives. */
    public double replayMedianTtftError() {
        return error(replay.medianTtftSeconds(), row.ttftMs());
    }

    private static double error(double seconds, double millis) {
        return Math.abs(seconds * 1e3 / millis - 1);
    }
}
