package dev.shakedown.harness.cli;

import dev.shakedown.harness.nightly.NightListener;
import dev.shakedown.harness.run.LiveView;
import dev.shakedown.harness.run.RunListener;
import dev.shakedown.harness.run.StepEnd;
import java.util.List;
import java.util.Locale;

/**
 * A night on the terminal: a line a start and, while it works, the step that it is in. Of a run's
 * steps only those that fail stay.
 */
final class NightTerminal implements NightListener {
    private static final int NAME_WIDTH = 22;

    private final Terminal terminal;
    private String start = "";
    private String step = "";

    NightTerminal(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public synchronized void scenario(String name) {
        terminal.line(terminal.bold(name));
    }

    @Override
    public synchronized void began(String what) {
        start = what;
        draw("");
    }

    @Override
    public synchronized void ended(String what, String detail, boolean counts) {
        start = "";
        terminal.region(List.of());
        String mark = counts ? terminal.green("✓") : terminal.red("✗");
        terminal.line(" %s %s%s".formatted(mark, padded(what), Terminal.plain(detail)));
    }

    @Override
    public synchronized void say(String line) {
        terminal.line("   " + Terminal.plain(line));
    }

    @Override
    public void bar(String name, double fraction) {
        // A night has none of its own.
    }

    /** For the run of the start that began last. */
    RunListener ofRun() {
        return new OfRun();
    }

    private void draw(String doing) {
        if (!start.isEmpty()) {
            terminal.region(
                    List.of(
                            " %s %s%s"
                                    .formatted(
                                            terminal.dim("…"),
                                            padded(start),
                                            terminal.dim(step + "  " + doing))));
        }
    }

    private static String padded(String name) {
        return String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s", name);
    }

    private final class OfRun implements RunListener {
        @Override
        public void stepStarted(String name) {
            synchronized (NightTerminal.this) {
                step = name;
                draw("");
            }
        }

        @Override
        public void stepEnded(StepEnd end) {
            if (end.how() == StepEnd.How.FAILED) {
                synchronized (NightTerminal.this) {
                    terminal.line(
                            "   %s %s: %s"
                                    .formatted(
                                            terminal.red("✗"),
                                            end.step(),
                                            Terminal.plain(end.detail())));
                }
            }
        }

        @Override
        public void live(LiveView second) {
            draw(second.oneLine());
        }

        @Override
        public void say(String line) {
            draw(Terminal.plain(line));
        }

        @Override
        public void bar(String name, double fraction) {
            // The step's own words say as much in one line.
        }
    }
}
