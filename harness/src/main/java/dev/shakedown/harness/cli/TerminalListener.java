package dev.shakedown.harness.cli;

import dev.shakedown.harness.run.Durations;
import dev.shakedown.harness.run.LiveView;
import dev.shakedown.harness.run.RunListener;
import dev.shakedown.harness.run.StepEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run on the terminal: a ticked line a step and, while a step works, what it is doing. Without a
 * terminal: plain lines, the load's state every five seconds.
 */
final class TerminalListener implements RunListener {
    private static final int NAME_WIDTH = 12;
    private static final int BAR_WIDTH = 24;
    private static final int PLAIN_SECONDS = 5;

    private final Terminal terminal;
    private final Map<String, Double> bars = new TreeMap<>();
    private String step = "";
    private String doing = "";
    private List<String> load = List.of();
    private long samples;

    TerminalListener(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public synchronized void stepStarted(String name) {
        step = name;
        doing = "";
        load = List.of();
        bars.clear();
        draw();
    }

    @Override
    public synchronized void stepEnded(StepEnd span) {
        step = "";
        bars.clear();
        load = List.of();
        terminal.region(List.of());
        terminal.line(
                " "
                        + mark(span)
                        + " "
                        + padded(span.step())
                        + Terminal.plain(span.detail())
                        + took(span));
    }

    @Override
    public synchronized void say(String text) {
        String line = Terminal.plain(text);
        if (terminal.interactive() && !step.isEmpty()) {
            doing = line;
            draw();
        } else if (!line.equals(doing)) {
            // Sixteen ranks report the same thing sixteen times.
            doing = line;
            terminal.line("     " + line);
        }
    }

    @Override
    public synchronized void bar(String foreignName, double fraction) {
        String name = Terminal.plain(foreignName);
        Double before = bars.put(name, Math.clamp(fraction, 0, 1));
        if (terminal.interactive()) {
            draw();
        } else if (fraction >= 1 && (before == null || before < 1)) {
            terminal.line("     " + name + " done");
        }
    }

    @Override
    public synchronized void live(LiveView second) {
        load = second.lines();
        if (terminal.interactive()) {
            draw();
        } else if (samples++ % PLAIN_SECONDS == 0) {
            terminal.line("     " + second.oneLine());
        }
    }

    private void draw() {
        if (step.isEmpty()) {
            return;
        }
        List<String> lines = new ArrayList<>();
        lines.add(" " + terminal.dim("…") + " " + padded(step) + terminal.dim(doing));
        bars.forEach(
                (name, fraction) ->
                        lines.add(
                                "     "
                                        + LiveView.bar(fraction, BAR_WIDTH)
                                        + " "
                                        + percent(fraction)
                                        + "  "
                                        + name));
        lines.addAll(load);
        terminal.region(lines);
    }

    private String mark(StepEnd span) {
        return switch (span.how()) {
            case SUCCEEDED -> terminal.green("✓");
            case SKIPPED -> terminal.dim("–");
            case FAILED -> terminal.red("✗");
        };
    }

    private String took(StepEnd span) {
        if (span.how() == StepEnd.How.SKIPPED) {
            return "";
        }
        return terminal.dim(" (" + Durations.text(span.took()) + ")");
    }

    private static String padded(String name) {
        return String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s", name);
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%3.0f %%", fraction * 100);
    }
}
