package dev.shakedown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code history}, {@code baseline} and {@code trend} as a user types them, over a real run. */
class HistoryCommandsTest {
    private static final String SCENARIO = "nightly";
    private static final String YAML =
            """
            schemaVersion: 1
            name: nightly
            question: Is it as fast as last night?
            cluster: { provider: simulated, clock: virtual, nodes: 1, gpusPerNode: 8, gpu: H100-SXM-80GB }
            engine: { model: meta-llama/Llama-3.1-70B-Instruct, quantization: fp8, tensorParallel: 8 }
            smoke: off
            load:
              arrivals: { constant: 5/s }
              prompts: { inputTokens: 500, outputTokens: 20 }
              warmUp: 1s
              duration: 10s
            """;

    @TempDir private Path runs;
    @TempDir private Path scenarios;

    @Test
    void runIsInTheHistoryWhenItHasEnded() throws IOException {
        runOnce();
        Captured list = shakedown("history");
        assertThat(list.err()).isEmpty();
        assertThat(list.out()).contains("SIMULATED", SCENARIO, "TTFT p50");
        JsonNode json = JsonMapper.shared().readTree(shakedown("history", "--json").out());
        assertThat(json.path("runs").size()).isEqualTo(1);
        assertThat(json.at("/runs/0/metrics/ttft.p50/unit").asString()).isEqualTo("ns");
        assertThat(shakedown("history", "--since", "2099-01-01").out()).contains("no such runs");

        assertThat(shakedown("trend", SCENARIO).out())
                .contains(
                        SCENARIO, "1 run", "SIMULATED on a virtual clock", "ttft.intended.p50, ms");
        Path page = runs.resolve("trend.html");
        assertThat(shakedown("trend", "--html", page.toString(), "--json").out())
                .contains("\"trends\"");
        assertThat(page).content().contains("<h1>" + SCENARIO).contains("was always");

        assertThat(
                        shakedown("baseline", "accept", SCENARIO, "--why", "first", "--who", "ada")
                                .exit())
                .isZero();
        assertThat(shakedown("baseline", "show", SCENARIO).out())
                .contains("baseline: 20")
                .contains("by ada: first");
        assertThat(shakedown("history", "rebuild").out())
                .isEqualTo(
                        "1 runs, 0 loads of series and 1 decisions about baselines are in the history\n");
    }

    @Test
    void historyThatCannotBeWrittenIsAWarningAndChangesNoVerdict() throws IOException {
        Files.createDirectory(runs.resolve("history.db"));
        Captured run = runOnce();
        assertThat(run.exit()).isZero();
        assertThat(run.err())
                .contains("not in the history: ")
                .contains("`shakedown history rebuild --runs " + runs + "` adds the run");
        Files.delete(runs.resolve("history.db"));
        assertThat(shakedown("history").err())
                .contains("1 run directories are not in the history")
                .contains("`shakedown history rebuild` adds them");
    }

    @Test
    void wrongUseIsSaidInWords() {
        assertThat(shakedown("baseline", "accept", SCENARIO, "--why", " "))
                .matches(refused -> refused.exit() == 2)
                .matches(refused -> refused.err().contains("--why and --who"));
        assertThat(shakedown("baseline", "accept", SCENARIO).err()).contains("--why");
        assertThat(shakedown("baseline", "reset", SCENARIO, "--why", "x").exit()).isEqualTo(2);
        assertThat(shakedown("history", "--since", "yesterday").err())
                .contains("2026-11-01")
                .contains("30d");
        Captured nowhere = Captured.main("history", "--runs", runs.resolve("no").toString());
        assertThat(nowhere.exit()).isEqualTo(3);
        assertThat(nowhere.err()).contains("is no folder").doesNotContain("bug");
    }

    @Test
    void momentsAreReadAsPeopleWriteThem() {
        Since since = new Since(InstantSource.fixed(Instant.parse("2026-11-30T12:00:00Z")));
        Map<String, String> expected =
                Map.of(
                        "30d", "2026-10-31T12:00:00Z",
                        "36h", "2026-11-29T00:00:00Z",
                        "2026-11-01", "2026-11-01T00:00:00Z",
                        "2026-11-01T10:00:00Z", "2026-11-01T10:00:00Z");
        expected.forEach(
                (text, at) ->
                        assertThat(since.convert(text)).as(text).isEqualTo(Instant.parse(at)));
    }

    private Captured runOnce() throws IOException {
        Path scenario = Files.writeString(scenarios.resolve("nightly.yaml"), YAML);
        return shakedown("run", scenario.toString());
    }

    private Captured shakedown(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        Stream.of("--runs", runs.toString()).forEach(all::add);
        return Captured.main(all.toArray(String[]::new));
    }
}
