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

    /** One pair decides nothing; whole nights are in NightlyRealIT. */
    @Test
    void aNightLeavesItsReportsAndSaysWhatItDidNotDecide() throws IOException {
        Path suite =
                Files.writeString(
                        runs.resolve("slow-rank.yaml"),
                        Files.readString(Path.of(SUITES, "slow-rank.yaml"))
                                        .replace(
                                                "../", Path.of(SUITES, "..").toAbsolutePath() + "/")
                                + "pairs: 1\ncontrol: 0\n");
        Captured night = nightly(suite, "--set", "load.duration=6s", "--set", "load.warmUp=1s");
        JsonNode part = json(night).at("/scenarios/0");
        assertThat(night.exit()).as(night.err()).isEqualTo(4);
        assertThat(night.err())
                .contains("pairs: with fewer than 5 no change can be told from chance");
        assertThat(part.path("verdict").asString("")).isEqualTo("INCONCLUSIVE");
        assertThat(metric(part, "tpot.p50").path("change").asDouble(0)).isBetween(.03, .06);
        assertThat(part.path("runs")).hasSize(2);
        Path directory = Path.of(json(night).path("directory").asString(""));
        assertThat(Files.readString(directory.resolve("summary.md"))).contains("TPOT p50");
        assertThat(Files.readString(directory.resolve("junit.xml"))).contains("<skipped");
        assertThat(Files.readString(directory.resolve("report.html"))).contains("SIMULATED");
        Captured history = Captured.main("history", "--json", "--runs", runs.toString());
        assertThat(history.err()).as("nothing is missing, the night is no run").isEmpty();
        assertThat(JsonMapper.shared().readTree(history.out()).path("runs")).hasSize(2);
    }

    @Test
    void whatIsWrongInASuiteIsNamedAndNothingStarts() {
        Captured wrong = nightly(Path.of(SUITES, "slow-rank.yaml"), "--set", "load.durration=10s");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("did you mean \"duration\"", "nothing started");
        assertThat(runs).isEmptyDirectory();
    }

    @Test
    void thereIsNothingToGoOnWith() {
        Captured none = nightly(Path.of(SUITES, "quiet.yaml"), "--resume");
        assertThat(none.exit()).isEqualTo(2);
        assertThat(none.err()).contains("no night of quiet in", "was left unfinished");
    }

    private Captured nightly(Path suite, String... more) {
        String[] line = new String[5 + more.length];
        System.arraycopy(
                new String[] {"nightly", suite.toString(), "--json", "--runs", runs.toString()},
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
