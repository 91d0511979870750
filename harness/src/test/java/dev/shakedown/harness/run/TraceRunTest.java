package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same three requests, as each kind of trace tells them, on a virtual clock. */
class TraceRunTest {
    private static final List<String> REPLAYED =
            List.of("0 700 20", "1000000000 900 30", "9250000000 40 5");
    private static final String MOONCAKE =
            """
            {"timestamp": 100, "input_length": 700, "output_length": 20, "hash_ids": [0, 1]}
            {"timestamp": 1100, "input_length": 900, "output_length": 30, "hash_ids": [0, 2]}
            {"timestamp": 9350, "input_length": 40, "output_length": 5, "hash_ids": [3]}
            """;
    private static final String BURST_GPT =
            """
            Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type
            5,ChatGPT,700,20,720,Conversation log
            6,ChatGPT,900,30,930,Conversation log
            14.25,GPT-4,40,5,45,API log
            """;
    private static final String AZURE =
            """
            TIMESTAMP,ContextTokens,GeneratedTokens
            2023-11-16 18:15:46.6805900,700,20
            2023-11-16 18:15:47.6805900,900,30
            2023-11-16 18:15:55.9305900,40,5
            """;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {MOONCAKE, BURST_GPT, AZURE})
    void requestsHaveTheTimesAndLengthsOfTheTrace(String trace) throws IOException {
        Path file = Files.writeString(folder.resolve("trace"), trace);
        assertThat(requests(run(file, ""))).isEqualTo(REPLAYED);
    }

    @Test
    void requestsOfARunAreReplayedToTheLastBit() throws IOException {
        // A run's requests do not tell of blocks.
        RunOutcome first = run(Files.writeString(folder.resolve("trace"), BURST_GPT), "");
        RunOutcome second = run(file(first), "");
        assertThat(requests(second)).isEqualTo(REPLAYED);
        assertThat(file(second)).hasBinaryContent(Files.readAllBytes(file(first)));
    }

    @Test
    void blocksThatPromptsShareComeFromThePrefixCache() throws IOException {
        Path shared = Files.writeString(folder.resolve("shared"), MOONCAKE);
        Path own = Files.writeString(folder.resolve("own"), BURST_GPT);
        assertThat(secondsFirstToken(run(shared, ""))).isLessThan(secondsFirstToken(run(own, "")));
    }

    private static long secondsFirstToken(RunOutcome outcome) {
        List<String> lines = Gunzip.lines(file(outcome));
        int column = List.of(lines.getFirst().split(",")).indexOf("first_token_ns");
        String[] second = lines.get(2).split(",");
        return Long.parseLong(second[column]) - Long.parseLong(second[2]);
    }

    @Test
    void speedDividesTheTimesAndWhatComesAfterTheLoadIsCut() throws IOException {
        Path file = Files.writeString(folder.resolve("trace"), MOONCAKE);
        assertThat(requests(run(file, ", speed: 4")))
                .containsExactly("0 700 20", "250000000 900 30", "2312500000 40 5");
        assertThat(requests(run(file, ", speed: 0.5")))
                .containsExactly("0 700 20", "2000000000 900 30");
    }

    private static List<String> requests(RunOutcome outcome) {
        List<String[]> rows =
                Gunzip.lines(file(outcome)).stream().skip(1).map(row -> row.split(",")).toList();
        long first = Long.parseLong(rows.getFirst()[2]);
        assertThat(rows).allSatisfy(row -> assertThat(row[13]).isEqualTo("Completed"));
        return IntStream.range(0, rows.size())
                .mapToObj(
                        i ->
                                "%d %s %s"
                                        .formatted(
                                                Long.parseLong(rows.get(i)[2]) - first,
                                                rows.get(i)[10],
                                                rows.get(i)[11]))
                .toList();
    }

    private static Path file(RunOutcome outcome) {
        return outcome.directory().path().resolve("requests.csv.gz");
    }

    private RunOutcome run(Path trace, String more) {
        RunDirectory directory =
                RunDirectory.create(folder.resolve("runs"), "replay", Instant.now());
        return new BenchmarkRun(
                        RunScenarios.of(
                                folder,
                                """
                                schemaVersion: 1
                                name: replay
                                question: What did they see?
                                cluster: { provider: simulated, nodes: 1, gpusPerNode: 1, gpu: H100, clock: virtual }
                                engine: { model: meta-llama/Llama-3.1-8B-Instruct }
                                smoke: off
                                load:
                                  arrivals: { trace: { file: "%s"%s } }
                                  warmUp: 1s
                                  duration: 9s
                                """
                                        .formatted(trace, more)),
                        directory,
                        new SilentListener(),
                        new RunOptions(Optional.empty()))
                .execute();
    }
}
