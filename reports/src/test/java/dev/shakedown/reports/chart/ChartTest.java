package dev.shakedown.reports.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.reports.run.Points;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChartTest {

    @Test
    void downsamplingKeepsEndsAndPeaks() {
        Points.Builder many = new Points.Builder();
        for (int i = 0; i < 50_000; i++) {
            many.add(i, i == 33_333 ? 1_000 : Math.sin(i / 500.0));
        }

        Points few = Downsample.to(many.build(), 1_000);

        assertThat(few.size()).isEqualTo(1_000);
        assertThat(few.maxY()).isEqualTo(1_000);
        assertThat(few.x(0)).isZero();
        assertThat(few.x(999)).isEqualTo(49_999);
    }

    @Test
    void namesFromOutsideAreEscapedInTheDrawing() {
        String svg =
                new BarChart(
                                Frame.of("b", "<t>", "a & b"),
                                "GB/s",
                                List.of(new BarChart.Bar("<b onload=x>\u202E", "g", 3)))
                        .svg();

        assertThat(svg)
                .doesNotContain("<b onload")
                .doesNotContain("\u202E")
                .contains("<title id=\"b-t\">&lt;t&gt;");
    }

    @Test
    void nothingToDrawIsStillADrawing() {
        XyChart chart =
                new XyChart(
                        Frame.of("e", "t", "d"),
                        new XyChart.Axis("x", XyChart.Scale.LINEAR),
                        new XyChart.Axis("y", XyChart.Scale.LOG),
                        "",
                        List.of(new XyChart.Band("b", 0, 0)),
                        List.of(Line.of("l", Points.none(), 0, Line.Style.STEPS)));

        assertThat(chart.svg()).startsWith("<svg").endsWith("</svg>");
    }

    @Test
    void coloursAreLeftToThePage() {
        String svg =
                new SpanChart(
                                Frame.of("s", "t", "d"),
                                "seconds",
                                List.of(
                                        new SpanChart.Span(
                                                "ClusterUp", 0, 14, SpanChart.State.DONE, "14 s")))
                        .svg();

        assertThat(svg).contains("var(--c1)").contains("var(--ink)").doesNotContain("rgb(");
    }
}
