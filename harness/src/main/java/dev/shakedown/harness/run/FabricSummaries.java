package dev.shakedown.harness.run;

import dev.shakedown.reports.run.FabricSummary;
import dev.shakedown.reports.run.FabricSummary.Direction;
import dev.shakedown.reports.run.FabricSummary.Sum;
import dev.shakedown.workloads.fabric.FabricCheck;
import dev.shakedown.workloads.fabric.FabricLine;
import dev.shakedown.workloads.fabric.FabricOutcome;
import dev.shakedown.workloads.fabric.RankPlaces;
import dev.shakedown.workloads.fabric.Reduction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The fabric job's result as {@code run.json} holds it. */
final class FabricSummaries {
    private final RankPlaces places;
    private final List<Direction> directions = new ArrayList<>();
    private final List<Sum> sums = new ArrayList<>();
    private String backend = "";

    private FabricSummaries(List<FabricLine> lines) {
        this.places = RankPlaces.of(lines);
    }

    static FabricSummary of(FabricResult fabric) {
        FabricSummaries all = new FabricSummaries(fabric.lines());
        fabric.lines().forEach(all::take);
        return new FabricSummary(
                outcome(fabric.outcome()),
                fabric.outcome().text(),
                all.backend,
                FabricCheck.between(fabric.lines(), all.places),
                all.sums,
                all.directions);
    }

    private void take(FabricLine line) {
        switch (line) {
            case FabricLine.Tcp tcp ->
                    directions.add(
                            new Direction(
                                    tcp.fromHost() + " (" + tcp.from() + ")",
                                    tcp.toHost() + " (" + tcp.to() + ")",
                                    tcp.port(),
                                    tcp.result(),
                                    boxed(tcp.millis())));
            case FabricLine.Torch torch -> backend = torch.backend().orElse("");
            case FabricLine.AllReduce(Reduction all) ->
                    sums.add(sum("all %d ranks".formatted(all.ranks().size()), all));
            case FabricLine.Pair(Reduction pair) -> sums.add(sum(places.nodes(pair.ranks()), pair));
            case FabricLine.Start _,
                    FabricLine.Note _,
                    FabricLine.Rank _,
                    FabricLine.Transport _,
                    FabricLine.Log _,
                    FabricLine.End _ -> {}
        }
    }

    private Sum sum(String between, Reduction reduction) {
        String absent =
                reduction.absent().isEmpty() ? "" : "absent: " + places.named(reduction.absent());
        return new Sum(
                between,
                reduction.ranks().size(),
                reduction.bytes(),
                boxed(reduction.seconds()),
                boxed(reduction.busGbPerSecond()),
                reduction.result(),
                absent.isEmpty() ? reduction.error().orElse("") : absent);
    }

    private static Optional<Double> boxed(OptionalDouble number) {
        return number.isPresent() ? Optional.of(number.getAsDouble()) : Optional.empty();
    }

    private static String outcome(FabricOutcome outcome) {
        return switch (outcome) {
            case FabricOutcome.Passed _ -> "passed";
            case FabricOutcome.TcpOnly _ -> "TCP only";
            case FabricOutcome.Blocked _ -> "blocked";
            case FabricOutcome.Absent _ -> "absent ranks";
            case FabricOutcome.WrongEnvironment _ -> "wrong environment";
            case FabricOutcome.WrongValue _ -> "wrong value";
            case FabricOutcome.WrongTransport _ -> "wrong transport";
            case FabricOutcome.NotFinished _ -> "not finished";
        };
    }
}
