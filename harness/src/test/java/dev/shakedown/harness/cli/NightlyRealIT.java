package dev.shakedown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The shipped suites, whole: what each was made to show is what its night says. */
class NightlyRealIT {
    @TempDir private Path runs;

    @Test
    void oneSlowRankIsRegressedAndNamedByItsMetric() {
        JsonNode part = night(1, "slow-rank", "--set", "load.duration=20s");
        assertThat(text(part, "verdict")).isEqualTo("REGRESSED");
        assertThat(text(metric(part, "tpot.p50"), "verdict")).isEqualTo("REGRESSED");
        assertThat(metric(part, "tpot.p50").path("confirmed").asBoolean(false)).isTrue();
        assertThat(metric(part, "tpot.p50").path("change").asDouble(0)).isBetween(.03, .06);
        assertThat(text(part, "sentence")).contains("TPOT p50", "at all percentiles");
        assertThat(part.path("runs")).hasSize(2 + 12 + 12);
    }

    @Test
    void anAaNightIsQuiet() {
        JsonNode part = night(0, "quiet");
        assertThat(text(part, "verdict")).isEqualTo("EQUIVALENT");
        assertThat(part.path("runs")).hasSize(2 + 12);
    }

    @Test
    void aTailOnlyFaultIsFoundAsOne() {
        JsonNode part = night(1, "tail");
        assertThat(text(part, "verdict")).isEqualTo("REGRESSED");
        assertThat(text(metric(part, "tpot.p50"), "verdict")).isEqualTo("EQUIVALENT");
        assertThat(text(part, "sentence")).contains("only above p");
    }

    @Test
    void aGainIsImproved() {
        JsonNode part = night(0, "faster");
        assertThat(text(part, "verdict")).isEqualTo("IMPROVED");
        assertThat(text(metric(part, "outputTokens/s"), "verdict")).isEqualTo("IMPROVED");
    }

    @Test
    void anotherGpuIsNotCompared() {
        JsonNode part = night(4, "other-gpu", "--set", "load.duration=5s");
        assertThat(text(part, "verdict")).isEqualTo("NOT_COMPARABLE");
        assertThat(text(part, "why")).contains("gpu");
        assertThat(part.path("runs")).hasSize(2 + 2);
    }

    private JsonNode night(int exit, String suite, String... more) {
        List<String> line =
                new ArrayList<>(
                        List.of(
                                "nightly",
                                "../scenarios/nightly/" + suite + ".yaml",
                                "--json",
                                "--runs",
                                runs.toString()));
        line.addAll(List.of(more));
        Captured night = Captured.main(line.toArray(String[]::new));
        assertThat(night.exit()).as(night.err() + night.out()).isEqualTo(exit);
        return JsonMapper.shared().readTree(night.out()).at("/scenarios/0");
    }

    private static String text(JsonNode node, String key) {
        return node.path(key).asString("");
    }

    private static JsonNode metric(JsonNode part, String name) {
        return part.at("/comparison/metrics")
                .valueStream()
                .filter(metric -> text(metric, "name").equals(name))
                .findFirst()
                .orElseThrow();
    }
}
