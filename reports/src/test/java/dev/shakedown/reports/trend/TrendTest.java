package dev.shakedown.reports.trend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.reports.render.TrendJson;
import dev.shakedown.reports.render.TrendText;
import dev.shakedown.reports.view.TrendPages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrendTest {
    private static final Instant START = Instant.parse("2026-09-01T02:00:00Z");
    private static final int UPGRADE = 30;

    @Test
    void changeIsNamedWithItsSizeItsDirectionAndWhatChangedWithIt() {
        Trend trend = trend(nights(60), List.of());
        TrendLine ttft = line(trend, "ttft.intended.p50");
        assertThat(ttft.changes()).hasSize(1);
        TrendChange change = ttft.changes().getFirst();
        assertThat(change.run()).isEqualTo(UPGRADE);
        assertThat(change.worse()).isTrue();
        assertThat(change.environment()).containsExactly("vllm 0.31.0 → 0.32.0");
        assertThat(line(trend, "outputTokens/s").changes().getFirst().worse()).isTrue();
        assertThat(TrendText.render(trend, 60))
                .contains("▲ 2026-10-01  ttft.intended.p50, ms 100 → 110 (+9.7 %), worse")
                .contains("▼ 2026-10-01  outputTokens/s")
                .contains("with it: vllm 0.31.0 → 0.32.0")
                .contains("* 2026-10-01  vllm 0.31.0 → 0.32.0");
    }

    @Test
    void acceptedChangeIsKeptAndMarked() {
        Instant later = at(UPGRADE + 5);
        List<Acceptance> accepted =
                List.of(
                        new Acceptance(at(UPGRADE - 5), later, "ada", "too early"),
                        new Acceptance(later, later, "grace", "known, issue 71"));
        Trend trend = trend(nights(60), accepted);
        assertThat(line(trend, "ttft.intended.p50").changes().getFirst().accepted())
                .hasValueSatisfying(by -> assertThat(by.who()).isEqualTo("grace"));
        assertThat(TrendText.render(trend, 60))
                .contains("△ 2026-10-01")
                .contains("accepted by grace on 2026-10-06: known, issue 71");
    }

    @Test
    void missedNightsAreMarked() {
        List<TrendRun> runs = new ArrayList<>(nights(60));
        runs.subList(10, 13).clear();
        Trend trend = trend(runs, List.of());
        assertThat(trend.marks())
                .filteredOn(mark -> mark.kind() == TrendMark.Kind.GAP)
                .containsExactly(
                        new TrendMark(
                                10, TrendMark.Kind.GAP, "no valid run for 4 days (usual: 24 h)"));
    }

    @Test
    void fieldThatChangesEveryNightIsNoNews() {
        List<TrendRun> runs =
                nights(60).stream()
                        .map(
                                run ->
                                        new TrendRun(
                                                run.id(),
                                                run.at(),
                                                Map.of("pod", "worker-" + run.id()),
                                                run.values()))
                        .toList();
        assertThat(new TrendBuilder(runs, List.of()).marks()).isEmpty();
    }

    @Test
    void runWithoutAMetricLeavesAHole() {
        List<TrendRun> runs = new ArrayList<>(nights(60));
        TrendRun bare = runs.get(12);
        runs.set(
                12,
                new TrendRun(bare.id(), bare.at(), bare.fingerprint(), Map.of("tpot.p50", 2e7)));
        TrendLine ttft = line(trend(runs, List.of()), "ttft.intended.p50");
        assertThat(ttft.values().get(12)).isNaN();
        assertThat(ttft.changes()).extracting(TrendChange::run).containsExactly(UPGRADE);
    }

    @Test
    void namedMetricsTakeThePlaceOfThePrimaryOnes() {
        TrendBuilder builder = new TrendBuilder(nights(20), List.of());
        assertThat(builder.lines(List.of("tpot.p50", "no.such")))
                .extracting(line -> line.metric().title())
                .containsExactly("tpot.p50, ms");
        assertThat(builder.lines(List.of()))
                .extracting(line -> line.metric().key())
                .containsExactly("outputTokens/s", "requests/s", "ttft.intended.p50", "tpot.p50");
    }

    @Test
    void jsonHasWhatTheTextHas() {
        JsonNode json =
                JsonMapper.shared()
                        .readTree(TrendJson.render(List.of(trend(nights(60), List.of()))));
        JsonNode trend = json.path("trends").path(0);
        assertThat(trend.path("runs").size()).isEqualTo(60);
        JsonNode change = trend.path("metrics").path(2).path("changes").path(0);
        assertThat(change.path("run").asString()).isEqualTo("run-" + UPGRADE);
        assertThat(change.path("change").asDouble()).isBetween(0.08, 0.12);
        assertThat(change.path("accepted").isNull()).isTrue();
    }

    @Test
    void pageOfALongHistoryFetchesNothingAndCannotBeBroken() {
        List<TrendRun> runs = new ArrayList<>(nights(500));
        String hostile = "<script>alert(1)</script>\u202e\u001b[31m";
        runs.set(
                77,
                new TrendRun(
                        hostile,
                        runs.get(77).at(),
                        Map.of("vllm", hostile),
                        runs.get(77).values()));
        Trend trend = new Trend(hostile, hostile, "SIMULATED", 3, runs, lines(runs), List.of());
        String html = TrendPages.html(List.of(trend));
        assertThat(html)
                .contains("SIMULATED")
                .contains("requests/s was always 14.0.")
                .contains("500 runs; 3 ABORTED or INVALID left out")
                .doesNotContain("<script>alert")
                .doesNotContain("\u001b")
                .doesNotContainPattern("(src|href)=\"http");
        assertThat(html.length()).isLessThan(2_000_000);
    }

    private static List<TrendLine> lines(List<TrendRun> runs) {
        return new TrendBuilder(runs, List.of()).lines(List.of());
    }

    private static Trend trend(List<TrendRun> runs, List<Acceptance> accepted) {
        TrendBuilder builder = new TrendBuilder(runs, accepted);
        return new Trend("nightly", "H200", "", 0, runs, builder.lines(List.of()), builder.marks());
    }

    private static TrendLine line(Trend trend, String key) {
        return trend.lines().stream()
                .filter(line -> line.metric().key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    /** One a night; TTFT is 10 % longer from that with the new vLLM on. */
    private static List<TrendRun> nights(int count) {
        Random random = new Random(3);
        List<TrendRun> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double slow = i < UPGRADE ? 1 : 1.1;
            Map<String, Double> values =
                    Map.of(
                            "ttft.intended.p50", 100e6 * slow * noise(random),
                            "ttft.p50", 90e6 * noise(random),
                            "tpot.p50", 20e6 * noise(random),
                            "requests/s", 14.0,
                            "outputTokens/s", 3_600 / slow * noise(random));
            String vllm = i < UPGRADE ? "0.31.0" : "0.32.0";
            runs.add(new TrendRun("run-" + i, at(i), Map.of("vllm", vllm), values));
        }
        return runs;
    }

    private static double noise(Random random) {
        return 1 + 0.01 * random.nextGaussian();
    }

    private static Instant at(int night) {
        return START.plus(Duration.ofDays(night));
    }
}
