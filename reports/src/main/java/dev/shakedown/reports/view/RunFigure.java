package dev.shakedown.reports.view;

import dev.shakedown.reports.render.Figure;
import java.util.List;
import java.util.Optional;

/** Draws one chart from a run; empty where the run has nothing to draw. */
interface RunFigure {

    /** What is measured under load, in reading order. A new chart is a line here. */
    List<RunFigure> LOAD =
            List.of(
                    SpectrumFigure.TTFT,
                    SpectrumFigure.TPOT,
                    SpectrumFigure.E2E,
                    new EcdfFigure(),
                    LatencyOverTimeFigure.TTFT,
                    LatencyOverTimeFigure.TPOT,
                    new RateFigure(),
                    new EngineFigure(),
                    GpuFigure.POWER,
                    GpuFigure.ACTIVITY,
                    GpuFigure.CLOCK,
                    GpuFigure.TEMPERATURE);

    /** What happened before the load. */
    List<RunFigure> BRING_UP = List.of(new StepsFigure(), new SmokeFigure());

    Optional<Figure> draw(RunData data);
}
