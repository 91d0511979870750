package dev.shakedown.benchmarks;

import dev.shakedown.reports.regression.ChangePoint;
import dev.shakedown.reports.regression.ChangePointDetection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds our change points against those of Apache Otava, which {@code benchmarks/change-points} has
 * asked: the same places, and there the same means and p. Prints a Markdown table and every
 * difference; ends with 1 where one is not explained by which points Otava judges again in its
 * merge.
 */
public final class ChangePointAgreement {
    /** Sums in another order. */
    private static final double ROUNDING = 1e-6;

    private final Map<String, Tally> tallies = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();

    private ChangePointAgreement() {}

    private static final class Tally {
        private int series;
        private int equal;
        private int explained;
        private int points;
        private double meanOff;
        private double pOff;
    }

    public static void main(String[] args) {
        ChangePointAgreement agreement = new ChangePointAgreement();
        JsonMapper.shared().readTree(Path.of(args[0]).toFile()).forEach(agreement::series);
        agreement.print();
        boolean all =
                agreement.tallies.values().stream()
                        .allMatch(
                                tally ->
                                        tally.equal + tally.explained == tally.series
                                                && tally.meanOff < ROUNDING
                                                && tally.pOff < ROUNDING);
        System.exit(all ? 0 : 1);
    }

    private void series(JsonNode entry) {
        double[] values =
                StreamSupport.stream(entry.path("values").spliterator(), false)
                        .mapToDouble(JsonNode::asDouble)
                        .toArray();
        List<ChangePoint> ours =
                new ChangePointDetection(
                                entry.path("window").asInt(),
                                entry.path("pScore").asDouble(),
                                entry.path("magnitude").asDouble())
                        .in(values);
        Tally tally = tallies.computeIfAbsent(entry.path("group").asString(), _ -> new Tally());
        tally.series++;
        List<Integer> here = ours.stream().map(ChangePoint::index).toList();
        List<Integer> otava = indexes(entry.path("otava"));
        if (here.equals(otava)) {
            tally.equal++;
        } else {
            boolean explained = here.equals(indexes(entry.path("otavaBothNeighbours")));
            tally.explained += explained ? 1 : 0;
            differences.add(
                    "- %s, %s: ours %s, Otava %s; Otava that judges both neighbours again: %s"
                            .formatted(
                                    entry.path("group").asString(),
                                    entry.path("name").asString(),
                                    here,
                                    otava,
                                    explained ? "as ours" : "not as ours"));
        }
        if (here.equals(indexes(entry.path("otavaBothNeighbours")))) {
            numbers(tally, ours, entry.path("otavaBothNeighbours"));
        }
    }

    private static List<Integer> indexes(JsonNode points) {
        return StreamSupport.stream(points.spliterator(), false)
                .map(point -> point.path("index").asInt())
                .toList();
    }

    private static void numbers(Tally tally, List<ChangePoint> ours, JsonNode otava) {
        for (int i = 0; i < ours.size(); i++) {
            JsonNode theirs = otava.path(i);
            ChangePoint point = ours.get(i);
            tally.points++;
            tally.meanOff =
                    Math.max(tally.meanOff, off(point.before(), theirs.path("before").asDouble()));
            tally.meanOff =
                    Math.max(tally.meanOff, off(point.after(), theirs.path("after").asDouble()));
            tally.pOff = Math.max(tally.pOff, off(point.pScore(), theirs.path("p").asDouble()));
        }
    }

    private static double off(double ours, double theirs) {
        return ours == theirs ? 0 : Math.abs(ours / theirs - 1);
    }

    private void print() {
        System.out.println(
                "| series | how many | same points | differ as explained | differ | points compared | means off by at most | p off by at most |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
        tallies.forEach(
                (group, tally) ->
                        System.out.printf(
                                Locale.ROOT,
                                "| %s | %d | %d | %d | %d | %d | %.1g | %.1g |%n",
                                group,
                                tally.series,
                                tally.equal,
                                tally.explained,
                                tally.series - tally.equal - tally.explained,
                                tally.points,
                                tally.meanOff,
                                tally.pOff));
        System.out.println();
        differences.forEach(System.out::println);
    }
}
