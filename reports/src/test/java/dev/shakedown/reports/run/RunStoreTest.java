package dev.shakedown.reports.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shakedown.reports.Runs;
import dev.shakedown.reports.SampleRun;
import dev.shakedown.reports.run.RunRecord.PercentileValue;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RunStoreTest {
    @TempDir Path directory;

    @Test
    void aRunReadsBackAsItWasWritten() throws IOException {
        RunRecord run = SampleRun.usual().write(directory);

        assertThat(RunStore.read(directory)).isEqualTo(run);
    }

    @Test
    void aRunWithoutLoadReadsBackAsItWasWritten() {
        RunStore.write(directory, Runs.aborted("Ray did not start"));

        assertThat(RunStore.read(directory)).isEqualTo(Runs.aborted("Ray did not start"));
    }

    @Test
    void aPercentileBelowItsFloorIsNullWithItsNeedBeside() throws IOException {
        SampleRun.usual().write(directory);

        JsonNode ttft =
                JsonMapper.shared()
                        .readTree(Files.readString(directory.resolve("run.json")))
                        .path("metrics")
                        .path("ttft");
        assertThat(ttft.path("p50").isIntegralNumber()).isTrue();
        assertThat(ttft.has("p99.9")).isTrue();
        assertThat(ttft.get("p99.9").isNull()).isTrue();
        assertThat(ttft.path("needs").path("p99.9").asInt()).isEqualTo(6_636);
        assertThat(ttft.path("needs").has("p99")).isFalse();
        assertThat(ttft.has("percentiles")).isFalse();
    }

    @Test
    void certaintyOfAPercentileStandsBesideIt() throws IOException {
        RunRecord run = SampleRun.usual().write(directory);

        JsonNode ttft =
                JsonMapper.shared()
                        .readTree(Files.readString(directory.resolve("run.json")))
                        .path("metrics")
                        .path("ttft");
        assertThat(ttft.path("effective").path("p99").asLong())
                .isEqualTo(ttft.path("count").asLong() / 4);
        assertThat(ttft.path("interval").path("p50").size()).isEqualTo(2);
        assertThat(ttft.path("interval").path("p50").get(1).isIntegralNumber()).isTrue();
        assertThat(ttft.path("interval").path("p99").get(1).isNull()).isTrue();
        assertThat(RunStore.read(directory)).isEqualTo(run);
    }

    @Test
    void fieldsOfANewerVersionAreSkipped() throws IOException {
        SampleRun.usual().write(directory);
        Path file = directory.resolve("run.json");
        Files.writeString(
                file,
                Files.readString(file)
                        .replaceFirst("\\{", "{\"mood\":[1,2],\"colour\":{\"a\":null},"));

        assertThat(RunStore.read(directory).verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void anOlderRunReadsWithEmptyValuesForWhatItLacks() throws IOException {
        write(
                "{\"schemaVersion\":0,\"id\":\"a\",\"startedAt\":\"2026-01-01T00:00:00Z\",\"verdict\":\"PASSED\","
                        + "\"metrics\":{\"ttft\":{\"count\":3,\"mean\":1,\"min\":1,\"max\":1,\"p50\":7}}}");

        RunRecord run = RunStore.read(directory);

        assertThat(run.scenarioName()).isEqualTo("a");
        assertThat(run.smoke()).isEmpty();
        assertThat(run.fabric()).isEmpty();
        assertThat(run.metrics().get("ttft").percentiles().get("p50"))
                .isEqualTo(
                        new PercentileValue(
                                Optional.of(7L),
                                OptionalInt.empty(),
                                OptionalLong.empty(),
                                Optional.empty()));
    }

    @Test
    void absentFileIsNamedAsSuch() {
        assertThat(failure().reason()).isEqualTo(RunUnreadableException.Cause.ABSENT);
    }

    @Test
    void tornFileIsNamedAsSuch() throws IOException {
        SampleRun.usual().write(directory);
        String whole = Files.readString(directory.resolve("run.json"));
        write(whole.substring(0, whole.length() / 2));

        assertThat(failure().reason()).isEqualTo(RunUnreadableException.Cause.TORN);
    }

    @Test
    void otherJsonIsNotARun() throws IOException {
        write("{\"hello\":1}");

        assertThat(failure().reason()).isEqualTo(RunUnreadableException.Cause.NOT_A_RUN);
    }

    @Test
    void aVersionThatCannotBeReadIsCalledNewer() throws IOException {
        write(
                "{\"schemaVersion\":9,\"id\":\"a\",\"startedAt\":\"2026-01-01T00:00:00Z\",\"verdict\":\"MAYBE\"}");

        RunUnreadableException failure = failure();

        assertThat(failure.reason()).isEqualTo(RunUnreadableException.Cause.NEWER);
        assertThat(failure).hasMessageContaining("schemaVersion 9");
    }

    @Test
    void writingLeavesNothingElseBehind() throws IOException {
        RunStore.write(directory, Runs.aborted("x"));
        RunStore.write(directory, Runs.aborted("y"));

        try (var files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactly("run.json");
        }
    }

    private void write(String json) throws IOException {
        Files.writeString(directory.resolve("run.json"), json);
    }

    private RunUnreadableException failure() {
        return catchThrowableOfType(RunUnreadableException.class, () -> RunStore.read(directory));
    }
}
