package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.workloads.fabric.FabricLine;
import dev.shakedown.workloads.fabric.FabricLineParser;
import java.util.Optional;

/** Shows how far the fabric job is, and keeps what its lines say about its end. */
final class FabricReader implements JobReader {
    private final Progress progress;
    private Optional<FabricLine.End> end = Optional.empty();
    private String waiting = "";
    private int ranks;
    private int placed;

    FabricReader(Progress progress) {
        this.progress = progress;
    }

    @Override
    public boolean accept(String text) {
        FabricLineParser.parse(text).ifPresent(this::take);
        return true;
    }

    private void take(FabricLine line) {
        switch (line) {
            case FabricLine.Start start -> {
                ranks = start.ranks();
                waiting = "%d ranks had no process yet".formatted(ranks);
            }
            case FabricLine.Note note -> progress.say(note.text());
            case FabricLine.Rank _ -> {
                placed++;
                progress.bar("ranks", placed / (double) Math.max(1, ranks));
                waiting =
                        placed < ranks
                                ? "%d of %d ranks had no process yet"
                                        .formatted(ranks - placed, ranks)
                                : "TCP between the nodes was being tried";
            }
            case FabricLine.Tcp _ -> waiting = "torch was being loaded";
            case FabricLine.Torch _ -> waiting = "the all-reduce over all ranks was at work";
            case FabricLine.AllReduce _ -> waiting = "pairs of nodes were at work";
            case FabricLine.Pair _, FabricLine.Transport _, FabricLine.Log _ -> {}
            case FabricLine.End last -> end = Optional.of(last);
        }
    }

    @Override
    public boolean ended() {
        return end.isPresent();
    }

    @Override
    public Optional<String> error() {
        return end.flatMap(FabricLine.End::error);
    }

    @Override
    public Optional<String> waitingFor() {
        return Optional.of(waiting).filter(text -> !text.isEmpty());
    }
}
