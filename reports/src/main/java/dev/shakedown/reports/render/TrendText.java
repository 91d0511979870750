package dev.shakedown.reports.render;

import dev.shakedown.reports.run.SafeText;
import dev.shakedown.reports.trend.Acceptance;
import dev.shakedown.reports.trend.Trend;
import dev.shakedown.reports.trend.TrendChange;
import dev.shakedown.reports.trend.TrendLine;
import dev.shakedown.reports.trend.TrendMark;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * A trend on a terminal: a line of bars a metric, one bar a run, with a mark below the first run of
 * each new level; then the changes, the gaps and what the runs ran on.
 */
public final class TrendText {
    private static final String BARS = "▁▂▃▄▅▆▇█";
    private static final String MARKS = "gaps ┊ other software or host *";
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Trend trend;
    private final int first;
    private final StringBuilder text = new StringBuilder();

    private TrendText(Trend trend, int mostBars) {
        this.trend = trend;
        first = Math.max(0, trend.runs().size() - mostBars);
    }

    /**
     * Lines of text, each ended.
     *
     * @param mostBars of how many runs, the newest, bars are drawn
     */
    public static String render(Trend trend, int mostBars) {
        return new TrendText(trend, mostBars).render();
    }

    /** The day in UTC. */
    static String day(Instant at) {
        return DAY.format(at);
    }

    private String render() {
        head();
        int widest =
                trend.lines().stream()
                        .mapToInt(line -> title(line).length())
                        .reduce(trend.marks().isEmpty() ? 0 : MARKS.length(), Math::max);
        trend.lines().forEach(line -> bars(line, widest));
        marks(widest);
        changes();
        for (TrendMark mark : trend.marks()) {
            text.append("  ").append(sign(mark)).append(' ').append(date(mark.run()));
            text.append("  ").append(SafeText.line(mark.text())).append('\n');
        }
        return text.toString();
    }

    private void head() {
        int runs = trend.runs().size();
        text.append(SafeText.line(trend.scenario())).append("  ").append(SafeText.line(trend.on()));
        text.append('\n');
        if (!trend.simulated().isEmpty()) {
            text.append("  ")
                    .append(trend.simulated())
                    .append("; never compare with real numbers.\n");
        }
        text.append("  ").append(runs == 1 ? "1 run" : runs + " runs");
        if (runs > 0) {
            text.append(", ").append(date(0)).append(" to ").append(date(runs - 1));
        }
        if (trend.leftOut() > 0) {
            text.append("; ").append(trend.leftOut()).append(" ABORTED or INVALID left out");
        }
        text.append(first > 0 ? "; bars: the newest " + (runs - first) : "").append("\n\n");
    }

    private void bars(TrendLine line, int widest) {
        List<Double> values = line.values().subList(first, line.values().size());
        double low = values.stream().filter(v -> !v.isNaN()).reduce(Math::min).orElse(0.0);
        double high = values.stream().filter(v -> !v.isNaN()).reduce(Math::max).orElse(0.0);
        text.append("  ").append(padded(title(line), widest)).append("  ");
        values.forEach(value -> text.append(bar(value, low, high)));
        text.append("  ").append(Show.number(line.latest())).append('\n');
        if (line.changes().stream().anyMatch(change -> change.run() >= first)) {
            char[] below = " ".repeat(values.size()).toCharArray();
            line.changes().stream()
                    .filter(change -> change.run() >= first)
                    .forEach(change -> below[change.run() - first] = arrow(change));
            below(below, widest);
        }
    }

    private void marks(int widest) {
        if (trend.marks().isEmpty()) {
            text.append('\n');
            return;
        }
        char[] below = " ".repeat(trend.runs().size() - first).toCharArray();
        trend.marks().stream()
                .filter(mark -> mark.run() >= first)
                .forEach(mark -> below[mark.run() - first] = sign(mark));
        String row = "  " + padded(MARKS, widest) + "  " + new String(below);
        text.append(row.stripTrailing()).append("\n\n");
    }

    private void below(char[] signs, int widest) {
        text.append(("  " + " ".repeat(widest) + "  " + new String(signs)).stripTrailing());
        text.append('\n');
    }

    /** By date: what changed together stands together. */
    private void changes() {
        for (int run = 0; run < trend.runs().size(); run++) {
            int at = run;
            for (TrendLine line : trend.lines()) {
                line.changes().stream()
                        .filter(change -> change.run() == at)
                        .forEach(change -> change(line, change));
            }
        }
    }

    private void change(TrendLine line, TrendChange change) {
        text.append("  ").append(arrow(change)).append(' ').append(date(change.run())).append("  ");
        text.append(title(line)).append(' ');
        text.append(Show.number(change.before())).append(" → ").append(Show.number(change.after()));
        if (!Double.isNaN(change.change())) {
            text.append(" (").append(Show.change(change.change())).append(')');
        }
        text.append(change.worse() ? ", worse" : ", better");
        text.append(", p-score ").append(score(change.pScore()));
        text.append(", ").append(change.runs()).append(change.runs() == 1 ? " run" : " runs");
        text.append(" since ").append(trend.runs().get(change.run()).id()).append('\n');
        for (String field : change.environment()) {
            text.append("      with it: ").append(SafeText.line(field)).append('\n');
        }
        change.accepted().ifPresent(this::accepted);
    }

    private void accepted(Acceptance by) {
        text.append("      accepted by ").append(SafeText.line(by.who())).append(" on ");
        text.append(day(by.at())).append(": ").append(SafeText.line(by.why())).append('\n');
    }

    /** An accepted change is told by its shape, too. */
    private static char arrow(TrendChange change) {
        boolean up = change.after() > change.before();
        return change.accepted().isPresent() ? up ? '△' : '▽' : up ? '▲' : '▼';
    }

    private static char sign(TrendMark mark) {
        return switch (mark.kind()) {
            case GAP -> '┊';
            case FINGERPRINT -> '*';
        };
    }

    static String score(double p) {
        return p < 1e-12 ? "< 1e-12" : String.format(Locale.ROOT, "%.2g", p);
    }

    private static char bar(double value, double low, double high) {
        if (Double.isNaN(value)) {
            return ' ';
        }
        int steps = BARS.length() - 1;
        int step = high > low ? (int) Math.round((value - low) / (high - low) * steps) : steps / 2;
        return BARS.charAt(step);
    }

    private static String title(TrendLine line) {
        return SafeText.line(line.metric().title());
    }

    private static String padded(String title, int width) {
        return title + " ".repeat(width - title.length());
    }

    private String date(int run) {
        return day(trend.runs().get(run).at());
    }
}
