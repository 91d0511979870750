package dev.shakedown.workloads.fabric;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Says what the lines of a fabric job prove. What names a cause comes first: blocked TCP before the
 * ranks that were absent because of it, those before a job that gave up because of them.
 *
 * @param expectedTransport between nodes, as {@code NET/IB/GDRDMA}
 * @param expectedEnv by a node's address: what the processes of its ranks must have got
 */
public record FabricCheck(
        Optional<String> expectedTransport, Map<String, Map<String, String>> expectedEnv) {

    public FabricCheck {
        expectedEnv = Map.copyOf(expectedEnv);
    }

    /** Of a job that ended by itself. */
    public FabricOutcome outcome(List<FabricLine> lines) {
        Optional<FabricLine.End> end = of(FabricLine.End.class, lines).stream().findFirst();
        Optional<FabricOutcome> finding = finding(lines);
        if (finding.isPresent()) {
            return finding.get();
        }
        if (end.isEmpty()) {
            return new FabricOutcome.NotFinished("the job's last line is missing");
        }
        return end.get()
                .error()
                .<FabricOutcome>map(FabricOutcome.NotFinished::new)
                .orElseGet(() -> complete(lines));
    }

    /** Of a job that was stopped or lost; its lines may still name a cause. */
    public FabricOutcome outcome(List<FabricLine> lines, String failure) {
        return finding(lines).orElseGet(() -> new FabricOutcome.NotFinished(failure));
    }

    private Optional<FabricOutcome> finding(List<FabricLine> lines) {
        RankPlaces places = RankPlaces.of(lines);
        return blocked(lines, places)
                .or(() -> wrongEnv(lines))
                .or(() -> wrongValue(lines, places))
                .or(() -> absent(lines, places))
                .or(() -> broken(lines, places));
    }

    private static Optional<FabricOutcome> blocked(List<FabricLine> lines, RankPlaces places) {
        List<FabricLine.Tcp> all = of(FabricLine.Tcp.class, lines);
        List<FabricLine.Tcp> blocked = all.stream().filter(tcp -> !tcp.open()).toList();
        return blocked.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new FabricOutcome.Blocked(
                                blocked,
                                all.size(),
                                places.ephemeralPorts(blocked.getFirst().to())));
    }

    private Optional<FabricOutcome> wrongEnv(List<FabricLine> lines) {
        List<FabricOutcome.Variable> wrong =
                of(FabricLine.Rank.class, lines).stream()
                        .flatMap(this::wrongOn)
                        .distinct()
                        .toList();
        return wrong.isEmpty()
                ? Optional.empty()
                : Optional.of(new FabricOutcome.WrongEnvironment(wrong));
    }

    private Stream<FabricOutcome.Variable> wrongOn(FabricLine.Rank rank) {
        return new TreeMap<>(expectedEnv.getOrDefault(rank.nodeIp(), Map.of()))
                .entrySet().stream()
                        .map(
                                expected ->
                                        new FabricOutcome.Variable(
                                                rank.hostname() + " (" + rank.nodeIp() + ")",
                                                expected.getKey(),
                                                expected.getValue(),
                                                Optional.ofNullable(
                                                        rank.env().get(expected.getKey()))))
                        .filter(variable -> !variable.arrived());
    }

    private static Optional<FabricOutcome> wrongValue(List<FabricLine> lines, RankPlaces places) {
        return reductions(lines).stream()
                .filter(Reduction::wrong)
                .findFirst()
                .map(r -> new FabricOutcome.WrongValue(where(r, places), r.reason()));
    }

    private static Optional<FabricOutcome> absent(List<FabricLine> lines, RankPlaces places) {
        return reductions(lines).stream()
                .filter(reduction -> !reduction.absent().isEmpty())
                .findFirst()
                .map(r -> new FabricOutcome.Absent(places.named(r.absent()), r.reason()));
    }

    /** An all-reduce that failed though all were there; pairs narrow it down. */
    private static Optional<FabricOutcome> broken(List<FabricLine> lines, RankPlaces places) {
        List<Reduction> failed = reductions(lines).stream().filter(r -> !r.ok()).toList();
        if (failed.isEmpty()) {
            return Optional.empty();
        }
        List<String> pairs =
                of(FabricLine.Pair.class, lines).stream()
                        .map(FabricLine.Pair::reduction)
                        .filter(pair -> !pair.ok())
                        .map(pair -> where(pair, places))
                        .toList();
        Reduction first = failed.getFirst();
        return Optional.of(
                new FabricOutcome.NotFinished(
                        "the all-reduce over %s failed: %s%s"
                                .formatted(
                                        where(first, places),
                                        first.reason(),
                                        pairs.isEmpty()
                                                ? ""
                                                : "; of the pairs failed: "
                                                        + String.join(", ", pairs))));
    }

    private FabricOutcome complete(List<FabricLine> lines) {
        RankPlaces places = RankPlaces.of(lines);
        int directions = of(FabricLine.Tcp.class, lines).size();
        Optional<Reduction> all =
                of(FabricLine.AllReduce.class, lines).stream()
                        .map(FabricLine.AllReduce::reduction)
                        .findFirst();
        if (all.isEmpty()) {
            String why =
                    of(FabricLine.Torch.class, lines).stream()
                            .flatMap(torch -> torch.error().stream())
                            .findFirst()
                            .orElse("the job did not try one");
            return new FabricOutcome.TcpOnly(directions, why);
        }
        List<Reduction> pairs =
                of(FabricLine.Pair.class, lines).stream().map(FabricLine.Pair::reduction).toList();
        List<String> between = between(lines, places);
        return wrongTransport(between, all.get(), directions)
                .orElseGet(
                        () ->
                                new FabricOutcome.Passed(
                                        all.get(),
                                        pairs,
                                        places.ranks(),
                                        directions,
                                        between,
                                        remarks(between, NetworkPorts.of(lines, places))));
    }

    private List<String> remarks(List<String> between, NetworkPorts ports) {
        return Stream.of(unproved(between), ports.uneven()).flatMap(Optional::stream).toList();
    }

    /** Kinds of transport on channels between ranks of different nodes. */
    public static List<String> between(List<FabricLine> lines, RankPlaces places) {
        return Transports.kinds(
                lines.stream().flatMap(line -> places.crossing(line).stream()).toList());
    }

    private Optional<FabricOutcome> wrongTransport(
            List<String> between, Reduction all, int directions) {
        if (expectedTransport.isEmpty()) {
            return Optional.empty();
        }
        String expected = expectedTransport.get();
        if (between.isEmpty() && all.backend().equals("gloo") && directions > 0) {
            return Optional.of(
                    new FabricOutcome.WrongTransport(expected, List.of("no NCCL but Gloo")));
        }
        List<String> others = Transports.others(between, expected);
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(new FabricOutcome.WrongTransport(expected, others));
    }

    private Optional<String> unproved(List<String> between) {
        return expectedTransport
                .filter(expected -> between.isEmpty())
                .map(
                        expected ->
                                "not proved: expect.transport %s: NCCL named no channel between nodes"
                                        .formatted(expected));
    }

    private static String where(Reduction reduction, RankPlaces places) {
        return reduction.ranks().size() == 2
                ? places.nodes(reduction.ranks())
                : "all %d ranks".formatted(reduction.ranks().size());
    }

    /** All of them, in order: over all ranks first. */
    static List<Reduction> reductions(List<FabricLine> lines) {
        return lines.stream()
                .flatMap(
                        line ->
                                switch (line) {
                                    case FabricLine.AllReduce(Reduction all) ->
                                            Optional.of(all).stream();
                                    case FabricLine.Pair(Reduction pair) ->
                                            Optional.of(pair).stream();
                                    case FabricLine.Start _,
                                            FabricLine.Note _,
                                            FabricLine.Rank _,
                                            FabricLine.Tcp _,
                                            FabricLine.Torch _,
                                            FabricLine.Transport _,
                                            FabricLine.Log _,
                                            FabricLine.End _ ->
                                            Optional.<Reduction>empty().stream();
                                })
                .toList();
    }

    private static <T extends FabricLine> List<T> of(Class<T> kind, List<FabricLine> lines) {
        return lines.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
