package dev.shakedown.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.Shape;
import dev.shakedown.reports.run.RunRecord.Verdict;
import dev.shakedown.reports.run.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ComparisonTest {
    @TempDir Path folder;

    private Path two;
    private Path one;
    private RunRecord twoNodes;
    private RunRecord oneNode;

    @BeforeEach
    void twoShapes() throws IOException {
        two = folder.resolve("two");
        one = folder.resolve("one");
        twoNodes = SampleRun.usual().write(two);
        Shape shape = new Shape(1, 8, 8, 1, 1, twoNodes.shape().model(), twoNodes.shape().gpu());
        oneNode = SampleRun.usual().with(shape, 140, 16).write(one);
    }

    @Test
    void comparisonIsAsAgreed() throws IOException {
        Golden.check("comparison.md", compare());
    }

    @Test
    void theShapeWithMoreTokensPerGpuIsTheAnswer() throws IOException {
        assertThat(compare()).contains("Take 1x8-tp8-pp1: of the 2 runs");
    }

    @Test
    void scriptsGetValuesAndChanges() throws IOException {
        compare();
        JsonNode json =
                JsonMapper.shared()
                        .readTree(Files.readString(folder.resolve("out/comparison.json")));

        JsonNode tokens = json.path("rows").get(2);
        assertThat(tokens.path("name").asString()).isEqualTo("output tokens/s per GPU");
        double ratio =
                tokens.path("values").get(1).asDouble() / tokens.path("values").get(0).asDouble();
        assertThat(tokens.path("changes").get(1).asDouble()).isEqualTo(ratio - 1);
        assertThat(tokens.path("changes").get(0).isNull()).isTrue();
    }

    @Test
    void simulatedAndRealAreNeverSetAgainstEachOther() throws IOException {
        RunStore.write(one, Runs.as(oneNode, false, Verdict.PASSED));

        String comparison = compare();

        assertThat(comparison).contains("cannot be compared").contains("SIMULATED_AND_REAL");
        assertThat(comparison).doesNotContain("better").doesNotContain("worse");
    }

    @Test
    void runsOnDifferentClocksAreNeverSetAgainstEachOther() throws IOException {
        virtual(one);

        String comparison = compare();

        assertThat(comparison).contains("cannot be compared").contains("DIFFERENT_CLOCKS");
        assertThat(comparison).doesNotContain("better").doesNotContain("worse");
    }

    @Test
    void runsOnAVirtualClockAreComparedAndMarked() throws IOException {
        virtual(one);
        virtual(two);

        assertThat(compare())
                .contains("SIMULATED on a virtual clock")
                .contains("VIRTUAL_CLOCK")
                .contains("Take ");
    }

    @Test
    void aShapeThatDoesNotKeepUpIsNotRecommended() throws IOException {
        edit(one, record -> record.put("state", "SATURATED"));

        assertThat(compare()).contains("Take 2x8-tp8-pp2: it alone of 2 runs kept its limits and");

        edit(two, record -> record.put("state", "SATURATED"));

        assertThat(compare()).contains("2 of 2 runs passed, but none kept up with the load");
    }

    /** Puts the clock into a run's fingerprint. */
    private static void virtual(Path run) throws IOException {
        edit(run, record -> ((ObjectNode) record.path("fingerprint")).put("clock", "virtual"));
    }

    private static void edit(Path run, Consumer<ObjectNode> change) throws IOException {
        Path file = run.resolve("run.json");
        JsonNode record = JsonMapper.shared().readTree(Files.readString(file));
        change.accept((ObjectNode) record);
        Files.writeString(file, record.toString());
    }

    @Test
    void onlyAPassedRunIsRecommended() throws IOException {
        RunStore.write(one, Runs.as(oneNode, true, Verdict.FAILED));

        assertThat(compare()).contains("Take 2x8-tp8-pp2: it alone of 2").contains("SATURATED");
    }

    @Test
    void nobodyIsRecommendedWhereNonePassed() throws IOException {
        RunStore.write(one, Runs.as(oneNode, true, Verdict.INVALID, new Reason("X", "late")));
        RunStore.write(two, Runs.aborted("gone"));

        assertThat(compare()).contains("cannot be compared");
        RunStore.write(two, Runs.as(twoNodes, true, Verdict.FAILED));
        assertThat(compare())
                .contains("None of the 2 runs passed")
                .contains("late")
                .doesNotContain("better");
    }

    @Test
    void pageFetchesNothingAndHasUniqueIds() throws IOException {
        compare();
        String html = Files.readString(folder.resolve("out/comparison.html"));

        assertThat(html.replace("http://www.w3.org/2000/svg", ""))
                .doesNotContainPattern("https?://|<script");
        assertThat(html)
                .contains("percentile spectra")
                .contains("SIMULATED")
                .contains("SINGLE_RUNS");
        assertThat(html.split("id='", -1)).doesNotHaveDuplicates();
    }

    private String compare() throws IOException {
        ReportWriter.comparison(List.of(two, one), folder.resolve("out"));
        return Files.readString(folder.resolve("out/comparison.md"))
                .replace(folder.toString(), "runs");
    }
}
