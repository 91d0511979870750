package dev.shakedown.reports.render;

import dev.shakedown.reports.run.FloorSummary;
import dev.shakedown.reports.run.GpuHours;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.SafeText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The few rates that the end of a run prints, a line each: a name and what to know of it. */
record RateLines(RunRecord run) {
    private static final String START_UP = "startUp.engine.s";

    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        add(rows, "requests", requests());
        add(rows, "output tokens", tokens());
        add(rows, "goodput", rate("goodput").map(g -> Show.percent(g) + " of all offered"));
        add(rows, "prefix cache", prefixCache());
        add(rows, "sessions", sessions());
        add(rows, "endpoints", endpoints());
        add(rows, "start-up", startUp());
        add(
                rows,
                "round trip",
                rate("roundTrip.s")
                        .map(s -> Show.number(1e3 * s) + " ms to the endpoint and back"));
        add(rows, "client's own", run.floor().map(RateLines::floor));
        add(rows, "GPU-hours", gpuHours());
        return rows;
    }

    private static String floor(FloorSummary floor) {
        return "%s ms of TTFT%s (p50 / p99): smaller differences say nothing about servers"
                .formatted(
                        floor(floor.ttft()),
                        floor.icl().map(gap -> ", %s ms of gaps".formatted(floor(gap))).orElse(""));
    }

    private static String floor(FloorSummary.Added added) {
        return Show.ms((double) added.p50()) + " / " + Show.ms((double) added.p99());
    }

    private static void add(List<List<String>> rows, String name, Optional<String> text) {
        text.ifPresent(value -> rows.add(List.of(name, value)));
    }

    private Optional<String> requests() {
        String offered =
                rate("offered.requests/s").map(v -> Show.number(v) + "/s offered, ").orElse("");
        return rate("requests/s").map(v -> offered + Show.number(v) + "/s completed");
    }

    private Optional<String> tokens() {
        int gpus = run.shape().engineGpus();
        return rate("outputTokens/s")
                .map(
                        v ->
                                Show.number(v)
                                        + "/s"
                                        + (gpus > 1
                                                ? ", " + Show.number(v / gpus) + "/s per GPU"
                                                : ""));
    }

    private Optional<String> prefixCache() {
        return rate("prefixCache.hitRatio")
                .map(found -> Show.percent(found) + " of prompt tokens found" + expected());
    }

    private String expected() {
        return rate("prefixCache.expectedHitRatio")
                .map(expected -> ", " + Show.percent(expected) + " in prefixes seen before")
                .orElse("");
    }

    private Optional<String> sessions() {
        return rate("sessions")
                .map(
                        begun ->
                                "%s begun, %s turns"
                                                .formatted(
                                                        Show.number(begun),
                                                        Show.number(
                                                                rate("sessions.turns").orElse(0.0)))
                                        + never("lost", "after one that failed")
                                        + never("tooLong", "beyond the model")
                                        + never("unfinished", "after the load's end"));
    }

    private Optional<String> endpoints() {
        String each =
                IntStream.iterate(1, i -> run.rates().containsKey(requestsTo(i)), i -> i + 1)
                        .mapToObj(i -> rate(requestsTo(i)).map(Show::number).orElse(""))
                        .collect(Collectors.joining(" / "));
        return Optional.of(each)
                .filter(text -> !text.isEmpty())
                .map(text -> text + " requests, in the order of attach.baseUrl");
    }

    private static String requestsTo(int endpoint) {
        return "endpoint%d.requests".formatted(endpoint);
    }

    private String never(String key, String why) {
        return rate("sessions.turns." + key)
                .filter(turns -> turns > 0)
                .map(turns -> "; %s never came, %s".formatted(Show.number(turns), why))
                .orElse("");
    }

    private Optional<String> startUp() {
        String parts =
                run.rates().entrySet().stream()
                        .filter(rate -> !rate.getKey().equals(START_UP))
                        .sorted(Comparator.comparingInt(rate -> RateNames.order(rate.getKey())))
                        .flatMap(rate -> part(rate).stream())
                        .collect(Collectors.joining(", "));
        Optional<String> all = rate(START_UP).map(v -> Show.number(v) + " s");
        if (all.isEmpty()) {
            return Optional.of(parts).filter(text -> !text.isEmpty());
        }
        return all.map(text -> parts.isEmpty() ? text : text + ", of it " + parts);
    }

    private static Optional<String> part(Map.Entry<String, Double> rate) {
        return RateNames.startUpPart(rate.getKey())
                .map(part -> SafeText.label(part) + " " + Show.number(rate.getValue()) + " s");
    }

    private Optional<String> gpuHours() {
        return GpuHours.of(run).stream()
                .mapToObj(hours -> Show.number(hours) + (run.simulated() ? " (simulated)" : ""))
                .findFirst();
    }

    private Optional<Double> rate(String key) {
        return Optional.ofNullable(run.rates().get(key));
    }
}
