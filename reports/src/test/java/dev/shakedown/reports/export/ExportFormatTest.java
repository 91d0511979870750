package dev.shakedown.reports.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.reports.Runs;
import dev.shakedown.reports.SampleRun;
import dev.shakedown.reports.run.RunRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExportFormatTest {
    private static final String HOSTILE = "=1+1\n\"a\",b\\";

    @TempDir private Path directory;
    private RunRecord run;

    @BeforeEach
    void writeRun() throws IOException {
        run = SampleRun.usual().write(directory);
    }

    @Test
    void vllmsKeysHaveWhatItsOwnRulesGive() {
        String lines = ExportFormat.VLLM.export(List.of(directory, directory));
        JsonNode json = JsonMapper.shared().readTree(lines.lines().findFirst().orElseThrow());

        assertThat(lines.lines()).hasSize(2);
        assertThat(json.path("completed").asLong()).isPositive();
        assertThat(json.path("shakedown_run").asString()).isEqualTo(run.id());
        for (String metric : List.of("ttft", "tpot", "itl", "e2el")) {
            double median = json.path("median_%s_ms".formatted(metric)).asDouble();
            assertThat(median).as(metric).isPositive();
            assertThat(json.path("p99_%s_ms".formatted(metric)).asDouble())
                    .as(metric)
                    .isGreaterThanOrEqualTo(median);
            assertThat(json.path("std_%s_ms".formatted(metric)).asDouble()).as(metric).isPositive();
        }
        assertThat(json.path("output_throughput").asDouble() * json.path("duration").asDouble())
                .isCloseTo(
                        json.path("total_output_tokens").asDouble(),
                        org.assertj.core.api.Assertions.withinPercentage(0.001));
    }

    @Test
    void eachSampleOfPrometheusTextBelongsToTheFamilyAboveIt() {
        String text = ExportFormat.PROMETHEUS.export(List.of(directory));
        String family = "";
        for (String line : text.split("\n")) {
            if (line.startsWith("# TYPE ")) {
                family = line.split(" ")[2];
            } else if (!line.startsWith("#")) {
                assertThat(line)
                        .startsWith(family + "{run=\"" + run.id() + "\",scenario=")
                        .matches("[a-z_]+\\{.*} [-0-9.E]+");
            }
        }
        assertThat(text)
                .contains("metric=\"ttft.intended\",quantile=\"0.5\"}")
                .contains("shakedown_requests{")
                .contains("shakedown_limit_met{");
    }

    @Test
    void rowsHaveTheColumnsOfAllRuns() {
        RunRecord aborted = Runs.aborted("it failed");
        List<String> lines = RunsCsv.of(List.of(run, aborted)).lines().toList();

        assertThat(lines).hasSize(3);
        assertThat(lines.getFirst())
                .startsWith("run,scenario,started,verdict")
                .contains(",ttft.p50 (ms),");
        assertThat(commas(lines.get(1))).isEqualTo(commas(lines.get(0)));
        assertThat(commas(lines.get(2))).isEqualTo(commas(lines.get(0)));
    }

    @Test
    void foreignTextBreaksNoFormat() {
        RunRecord hostile = Runs.aborted(HOSTILE);

        assertThat(RunsCsv.of(List.of(hostile))).contains("\"'=1+1\n\"\"a\"\",b\\\"");
        assertThat(PrometheusText.of(List.of(hostile)))
                .contains("scenario=\"=1+1\\n\\\"a\\\",b\\\\\"");
    }

    private static long commas(String line) {
        return line.chars().filter(c -> c == ',').count();
    }
}
