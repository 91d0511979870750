package dev.shakedown.benchmarks;

import java.util.List;
import java.util.Locale;

/** Predicted against measured on two logarithmic panels: TPOT and TTFT. */
final class AccuracyPicture {
    private static final int SIDE = 330;
    private static final int LEFT = 60;
    private static final int TOP = 40;
    private static final int GAP = 80;

    private AccuracyPicture() {}

    /**
     * One measurement.
     *
     * @param ttft else TPOT
     * @param llama else Qwen
     */
    record Point(boolean ttft, boolean llama, double measuredMs, double predictedMs) {}

    /** From {@code low} to {@code high} on both axes, with ticks at these milliseconds. */
    private record Panel(String title, int x, double low, double high, List<Integer> ticks) {
        double across(double millis) {
            return x + SIDE * share(millis);
        }

        double down(double millis) {
            return TOP + SIDE * (1 - share(millis));
        }

        private double share(double millis) {
            return Math.log(millis / low) / Math.log(high / low);
        }
    }

    static String of(List<Point> points) {
        Panel tpot = new Panel("TPOT, ms", LEFT, 5, 100, List.of(5, 10, 20, 50, 100));
        Panel ttft =
                new Panel(
                        "TTFT, ms",
                        LEFT + SIDE + GAP,
                        50,
                        5000,
                        List.of(50, 100, 200, 500, 1000, 5000));
        StringBuilder svg = new StringBuilder();
        int width = LEFT + 2 * SIDE + GAP + 20;
        int height = TOP + SIDE + 70;
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d'"
                                + " font-family='sans-serif' font-size='12' fill='#333'>",
                        width,
                        height,
                        width));
        svg.append(
                String.format(
                        Locale.ROOT, "<rect width='%d' height='%d' fill='white'/>", width, height));
        frame(svg, tpot);
        frame(svg, ttft);
        for (Point point : points) {
            Panel panel = point.ttft() ? ttft : tpot;
            svg.append(
                    String.format(
                            Locale.ROOT,
                            "<circle cx='%.1f' cy='%.1f' r='3' fill='%s' fill-opacity='0.6'/>",
                            panel.across(point.measuredMs()),
                            panel.down(point.predictedMs()),
                            point.llama() ? "#1f6fb4" : "#d9731a"));
        }
        legend(svg, LEFT, height - 10, "#1f6fb4", "Llama 3.1 70B FP8, H100 and H200");
        legend(svg, LEFT + 260, height - 10, "#d9731a", "Qwen3 32B, H100");
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<text x='%d' y='%d'>grey: within 20 %%</text>",
                        LEFT + 420,
                        height - 10));
        return svg.append("</svg>\n").toString();
    }

    private static void frame(StringBuilder svg, Panel panel) {
        double low = panel.low();
        double high = panel.high();
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<polygon points='%.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f'"
                                + " fill='#eee'/>",
                        panel.across(low),
                        panel.down(low),
                        panel.across(low),
                        panel.down(low * 1.2),
                        panel.across(high / 1.2),
                        panel.down(high),
                        panel.across(high),
                        panel.down(high),
                        panel.across(high),
                        panel.down(high / 1.2),
                        panel.across(low * 1.2),
                        panel.down(low)));
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<path d='M%.1f %.1fL%.1f %.1f' stroke='#999'/>",
                        panel.across(low),
                        panel.down(low),
                        panel.across(high),
                        panel.down(high)));
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<rect x='%d' y='%d' width='%d' height='%d' fill='none' stroke='#999'/>",
                        panel.x(),
                        TOP,
                        SIDE,
                        SIDE));
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<text x='%d' y='%d' font-size='14' font-weight='bold'>%s</text>",
                        panel.x(),
                        TOP - 12,
                        panel.title()));
        axes(svg, panel);
    }

    private static void axes(StringBuilder svg, Panel panel) {
        for (int tick : panel.ticks()) {
            svg.append(
                    String.format(
                            Locale.ROOT,
                            "<text x='%.1f' y='%d' text-anchor='middle'>%,d</text>",
                            panel.across(tick),
                            TOP + SIDE + 16,
                            tick));
            svg.append(
                    String.format(
                            Locale.ROOT,
                            "<text x='%d' y='%.1f' text-anchor='end'>%,d</text>",
                            panel.x() - 6,
                            panel.down(tick) + 4,
                            tick));
        }
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<text x='%d' y='%d' text-anchor='middle'>measured</text>",
                        panel.x() + SIDE / 2,
                        TOP + SIDE + 32));
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<text transform='translate(%d %d) rotate(-90)' text-anchor='middle'>simulated</text>",
                        panel.x() - 40,
                        TOP + SIDE / 2));
    }

    private static void legend(StringBuilder svg, int x, int y, String colour, String text) {
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<circle cx='%d' cy='%d' r='4' fill='%s'/>",
                        x + 4,
                        y - 4,
                        colour));
        svg.append(String.format(Locale.ROOT, "<text x='%d' y='%d'>%s</text>", x + 14, y, text));
    }
}
