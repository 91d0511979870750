package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.workloads.smoke.PiLine;
import dev.shakedown.workloads.smoke.PiLineParser;
import java.util.Optional;

/** Shows the Pi job's lines, and keeps what they say about its end. */
final class PiReader implements JobReader {
    private final SmokeBars bars;
    private Optional<PiLine.End> end = Optional.empty();
    private Optional<String> waiting = Optional.empty();

    PiReader(Progress progress) {
        this.bars = new SmokeBars(progress);
    }

    @Override
    public boolean accept(String text) {
        PiLineParser.parse(text).ifPresent(this::take);
        return true;
    }

    private void take(PiLine line) {
        bars.show(line);
        if (line instanceof PiLine.End last) {
            end = Optional.of(last);
        } else if (line instanceof PiLine.Pending(int task, String reason)) {
            waiting = Optional.of("task " + task + ": " + reason);
        }
    }

    @Override
    public boolean ended() {
        return end.isPresent();
    }

    @Override
    public Optional<String> error() {
        return end.flatMap(PiLine.End::error);
    }

    @Override
    public Optional<String> waitingFor() {
        return waiting;
    }
}
