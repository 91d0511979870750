package dev.shakedown.harness.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.PromptText;
import dev.shakedown.workloads.load.TokenLengths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that a load is made from. */
class DataFilesTest {
    private static final String TRACE = "arrivals: { trace: { file: trace.csv%s } }";

    @TempDir Path folder;

    @BeforeEach
    void trace() throws IOException {
        file(
                "trace.csv",
                """
                Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type
                5,m,100,10,110,x
                15,m,200,0,200,x
                25,m,300,30,330,x
                65,m,400,40,440,x
                125,m,500,50,550,x
                """);
    }

    @Test
    void lengthsOfATraceAreItsOwnUnlessOthersAreWritten() {
        assertThat(load(TRACE.formatted("")).prompts().inputTokens())
                .isEqualTo(new TokenLengths.Listed("trace", List.of(100, 300, 400, 500)));
        LoadPlan other = load(TRACE.formatted(""), "prompts: { inputTokens: 7, seed: 3 }");
        assertThat(other.prompts().inputTokens()).isEqualTo(new TokenLengths.Fixed(7));
        assertThat(other.prompts().outputTokens())
                .isEqualTo(new TokenLengths.Listed("trace", List.of(10, 30, 40, 50)));
        assertThat(other.prompts().seed()).isEqualTo(3);
    }

    @Test
    void traceIsCutWhereTheLoadEnds() {
        LoadPlan load = load(TRACE.formatted(", speed: 4"), "duration: 10s");
        Arrivals.Replay replay = (Arrivals.Replay) load.arrivals();
        assertThat(replay.expected(10)).isEqualTo(2);
        assertThat(replay.planned()).isEqualTo(Duration.ofSeconds(15));
        assertThat(replay.trace().requests()).as("one tells that it goes on").hasSize(3);
    }

    @Test
    void traceThatEndsBeforeTheLoadIsToldAndSoIsWhatItLeavesOut() {
        assertThat(warnings(TRACE.formatted(", speed: 2"), "duration: 90s", "warmUp: 10s"))
                .containsExactly(
                        "s.yaml:7:22: load.arrivals.trace: its 4 requests end after 1m, warmUp and duration after 100s; nothing is sent from then on; write load.duration: 50s",
                        "s.yaml:7:30: load.arrivals.trace: 1 of the file's requests are left out, without tokens of prompt or answer");
    }

    @Test
    void mistakeIsToldWithItsPlaceInBothFiles() throws IOException {
        Path trace = file("trace.csv", "Timestamp,Request tokens,Response tokens\n1,one,1\n");
        assertThat(problems(TRACE.formatted("")))
                .containsExactly(
                        "s.yaml:7:30: load.arrivals.trace.file: %s, line 2, column 3: \"one\" is no count of tokens from 0 to 10,000,000"
                                .formatted(trace));
    }

    @Test
    void brokenGzipIsToldWithoutAStackTrace() throws IOException {
        Path trace = folder.resolve("trace.csv");
        Files.write(trace, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0});
        assertThat(problems(TRACE.formatted("")))
                .singleElement()
                .asString()
                .startsWith("s.yaml:7:30: load.arrivals.trace.file: " + trace)
                .endsWith("; look whether it is whole");
    }

    @Test
    void promptsOfAFileKeepTheirOwnLengthsInTheOrderOfTheSeed() throws IOException {
        prompts();
        LoadPlan load = load("arrivals: { closedLoop: 1 }", "prompts: { file: prompts.jsonl }");
        PromptText.Given given = (PromptText.Given) load.prompts().text();
        assertThat(given.texts()).containsExactlyInAnyOrder("One", "Two and more", "Three");
        int two = given.texts().indexOf("Two and more");
        assertThat(((TokenLengths.Listed) load.prompts().inputTokens()).tokens().get(two))
                .isEqualTo(3);
        assertThat(((TokenLengths.Listed) load.prompts().outputTokens()).tokens().get(two))
                .isEqualTo(20);
        assertThat(
                        load(
                                        "arrivals: { closedLoop: 1 }",
                                        "prompts: { file: prompts.jsonl, outputTokens: 9 }")
                                .prompts()
                                .outputTokens())
                .isEqualTo(new TokenLengths.Fixed(9));
    }

    @Test
    void promptsOfAFileMayComeAtTheTimesOfATrace() throws IOException {
        prompts();
        LoadPlan load =
                load(
                        TRACE.formatted(""),
                        "prompts: { file: prompts.jsonl, outputTokens: trace, limit: 2 }");
        assertThat(load.arrivals()).isInstanceOf(Arrivals.Replay.class);
        assertThat(load.prompts().outputTokens())
                .isEqualTo(new TokenLengths.Listed("trace", List.of(10, 30, 40, 50)));
        assertThat(((PromptText.Given) load.prompts().text()).texts()).hasSize(2);
    }

    @Test
    void whatMakesNoSenseWithAFileOfPromptsIsToldAtOnce() throws IOException {
        file("prompts.jsonl", "{\"prompt\": \"One\"}\n");
        assertThat(
                        problems(
                                "arrivals: { poisson: 1/s }",
                                "prompts: { file: prompts.jsonl, inputTokens: 7, outputTokens: file }"))
                .containsExactly(
                        "s.yaml:8:48: load.prompts.inputTokens: the prompts of a file have their own lengths; leave it out",
                        "s.yaml:8:65: load.prompts.outputTokens: no file tells it for every prompt; write a number like 256");
        assertThat(
                        problems(
                                "arrivals: { poisson: 1/s }",
                                "prompts: { inputTokens: 1, outputTokens: 1, limit: 7 }"))
                .containsExactly(
                        "s.yaml:8:54: load.prompts.limit: is of the prompts of a file; add file");
        assertThat(problems("arrivals: { poisson: 1/s }", "prompts: { file: prompts.jsonl }"))
                .containsExactly(
                        "s.yaml:8:12: load.prompts.outputTokens is missing; write outputTokens: 256");
    }

    @Test
    void promptsThatComeAgainAreTold() throws IOException {
        prompts();
        assertThat(
                        warnings(
                                "arrivals: { constant: 1/s }",
                                "prompts: { file: prompts.jsonl }",
                                "duration: 10s"))
                .singleElement()
                .asString()
                .contains("has 3 prompts for about 10 requests");
    }

    private void prompts() throws IOException {
        file(
                "prompts.jsonl",
                """
                {"prompt": "One", "output_tokens": 10}
                {"prompt": "Two and more", "output_tokens": 20}
                {"prompt": "Three", "output_tokens": 30}
                """);
    }

    private LoadPlan load(String... lines) {
        return Loads.one(scenario(lines)).load().orElseThrow();
    }

    private List<String> warnings(String... lines) {
        Path file = scenario(lines);
        return Loads.lines(file, Loads.loaded(file).warnings());
    }

    private List<String> problems(String... lines) {
        return Loads.problems(scenario(lines));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Path scenario(String... lines) {
        String load = "  " + String.join("\n  ", lines);
        return Loads.write(
                folder,
                """
                schemaVersion: 1
                name: s
                question: Does it hold?
                cluster: { provider: simulated, nodes: 1, gpusPerNode: 1 }
                engine: { model: m }
                load:
                """
                        + load
                        + (load.contains("duration") ? "\n" : "\n  duration: 2m\n"));
    }
}
