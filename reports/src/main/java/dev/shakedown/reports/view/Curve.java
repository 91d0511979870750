package dev.shakedown.reports.view;

import dev.shakedown.reports.chart.Line;

/** A metric in a chart of several: its histogram tag, and always the same colour and dash. */
record Curve(String tag, String name, int colour, Line.Style style) {
    static final Curve TTFT_INTENDED =
            new Curve("ttft.intended", "TTFT from intended", 0, Line.Style.SOLID);
    static final Curve TTFT = new Curve("ttft", "TTFT from sent", 1, Line.Style.DASHED);
    static final Curve TPOT = new Curve("tpot", "TPOT", 2, Line.Style.SOLID);
    static final Curve ICL = new Curve("icl", "ICL", 3, Line.Style.DASHED);
    static final Curve E2E_INTENDED =
            new Curve("e2e.intended", "E2E from intended", 4, Line.Style.SOLID);
    static final Curve E2E = new Curve("e2e", "E2E from sent", 6, Line.Style.DASHED);
}
