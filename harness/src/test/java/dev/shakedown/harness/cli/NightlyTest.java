package dev.shakedown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code shakedown nightly} from outside, on the virtual clock. */
class NightlyTest {
    private static final String SUITES = "../scenarios/nightly/";

    @TempDir private Path runs;

    /** The shipped night in shorter runs: every step is slow by 4 %, and the gate names what shows it. */
    @Test
    void oneSlowRankIsFoundAndNamedByItsMetric() throws IOException {
        Captured night =
                nightly("slow-rank.yaml", "--set", "load.duration=10s", "--set", "load.warmUp=2s");
        JsonNode part = json(night).at("/scenarios/0");
        assertThat(night.exit()).as(night.err()).isEqualTo(1);
        assertThat(part.path("verdict").asString("")).isEqualTo("REGRESSED");
        assertThat(metric(part, "tpot.p50").path("verdict").asString("")).isEqualTo("REGRESSED");
        assertThat(metric(part, "tpot.p50").path("confirmed").asBoolean(false)).isTrue();
        assertThat(metric(part, "tpot.p50").path("change").asDouble(0)).isBetween(.03, .06);
        assertThat(metric(part, "requests/s").path("verdict").asString("")).isEqualTo("EQUIVALENT");
        assertThat(part.path("runs")).hasSize(2 + 12 + 12);
        Path directory = Path.of(json(night).path("directory").asString(""));
        assertThat(Files.readString(directory.resolve("summary.md"))).contains("TPOT p50");
        assertThat(Files.readString(directory.resolve("junit.xml"))).contains("<failure");
        assertThat(directory.resolve("report.html")).isNotEmptyFile();
    }

    @Test
    void whatIsWrongInASuiteIsNamedAndNothingStarts() {
        Captured wrong = nightly("slow-rank.yaml", "--set", "load.durration=10s");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("did you mean \"duration\"", "nothing started");
        assertThat(runs).isEmptyDirectory();
    }

    @Test
    void thereIsNothingToGoOnWith() {
        Captured none = nightly("quiet.yaml", "--resume");
        assertThat(none.exit()).isEqualTo(2);
        assertThat(none.err()).contains("no night of quiet in", "was left unfinished");
    }

    private Captured nightly(String suite, String... more) {
        String[] line = new String[5 + more.length];
        System.arraycopy(
                new String[] {"nightly", SUITES + suite, "--json", "--runs", runs.toString()},
                0,
                line,
                0,
                5);
        System.arraycopy(more, 0, line, 5, more.length);
        return Captured.main(line);
    }

    private static JsonNode json(Captured night) {
        return JsonMapper.shared().readTree(night.out());
    }

    private static JsonNode metric(JsonNode part, String name) {
        return part.at("/comparison/metrics")
                .valueStream()
                .filter(metric -> metric.path("name").asString("").equals(name))
                .findFirst()
                .orElseThrow();
    }
}
