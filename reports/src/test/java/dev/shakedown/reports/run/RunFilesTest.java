package dev.shakedown.reports.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.reports.SampleRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFilesTest {
    @TempDir Path directory;

    @Test
    void wholeFilesAreReadWhole() throws IOException {
        RunRecord run = SampleRun.usual().write(directory);
        RunFiles files = RunFiles.of(directory);

        var requests = files.requests();
        assertThat(requests.torn()).isFalse();
        assertThat(requests.value().stream().filter(RequestRow::measured))
                .hasSize((int) run.offered());
        assertThat(requests.value())
                .anySatisfy(r -> assertThat(r.error()).isEqualTo("reset, by \"peer\""));
        assertThat(files.timeSeries().value().total("vllm:num_requests_running").size())
                .isGreaterThan(30);
        assertThat(files.events().value())
                .extracting(EventRow::event)
                .containsExactly("started", "succeeded");
        assertThat(files.listing())
                .extracting(RunFiles.Listed::name)
                .contains("run.json", "logs/node-0/vllm.log");
    }

    @Test
    void mergedHistogramHasThePublishedPercentiles() throws IOException {
        RunRecord run = SampleRun.usual().write(directory);

        HistogramLog log = RunFiles.of(directory).histograms().value();

        var ttft = log.merged("ttft.intended").orElseThrow();
        assertThat(ttft.getTotalCount()).isEqualTo(run.metrics().get("ttft.intended").count());
        assertThat(ttft.getValueAtPercentile(99))
                .isEqualTo(
                        run.metrics()
                                .get("ttft.intended")
                                .percentiles()
                                .get("p99")
                                .value()
                                .orElseThrow());
        assertThat(log.tags()).contains("warmup/ttft");
        assertThat(log.intervals("ttft"))
                .hasSize(30)
                .allSatisfy(i -> assertThat(i.startSeconds()).isBetween(100.9, 131.0));
    }

    @Test
    void absentFilesReadAsEmpty() {
        RunFiles files = RunFiles.of(directory);

        assertThat(files.requests()).isEqualTo(new RunFiles.Content<>(List.of(), false));
        assertThat(files.histograms().value().merged("ttft")).isEmpty();
        assertThat(files.events().value()).isEmpty();
    }

    @Test
    void aGzipThatBreaksOffGivesTheLinesBefore() throws IOException {
        SampleRun.usual().write(directory);
        int whole = RunFiles.of(directory).requests().value().size();
        cut("requests.csv.gz", 0.6);

        var torn = RunFiles.of(directory).requests();

        assertThat(torn.torn()).isTrue();
        assertThat(torn.value().size()).isBetween(whole / 4, whole - 1);
    }

    @Test
    void aHistogramLogThatBreaksOffGivesTheIntervalsBefore() throws IOException {
        SampleRun.usual().write(directory);
        cut("histograms.hlog", 0.7);

        var torn = RunFiles.of(directory).histograms();

        assertThat(torn.torn()).isTrue();
        assertThat(torn.value().damagedLines()).isZero();
        assertThat(torn.value().intervals("ttft")).isNotEmpty();
    }

    @Test
    void damagedLinesInTheMiddleAreCountedAndPassedOver() throws IOException {
        SampleRun.usual().write(directory);
        Path file = directory.resolve("histograms.hlog");
        List<String> lines = Files.readAllLines(file);
        lines.set(20, "Tag=ttft,1,1,1,HISTgarbage!!");
        lines.set(21, "Tag=ttft,x");
        Files.write(file, lines);

        HistogramLog log = RunFiles.of(directory).histograms().value();

        assertThat(log.damagedLines()).isEqualTo(2);
        assertThat(log.merged("ttft")).isPresent();
    }

    @Test
    void aFileThatIsNotGzipCountsAsTorn() throws IOException {
        Files.writeString(directory.resolve("requests.csv.gz"), "this is not gzip");
        Files.write(directory.resolve("timeseries.csv.gz"), new byte[] {0x1f});

        assertThat(RunFiles.of(directory).requests().torn()).isTrue();
        assertThat(RunFiles.of(directory).timeSeries().torn()).isTrue();
    }

    @Test
    void linesThatAreNotEventsArePassedOver() throws IOException {
        Files.writeString(
                directory.resolve("events.jsonl"),
                "\u0000\n[1]\n{\"t\":\"a\",\"step\":\"S\",\"event\":\"failed\",\"detail\":null}\n{\"t\":\"b\"");

        var events = RunFiles.of(directory).events();

        assertThat(events.torn()).isTrue();
        assertThat(events.value()).filteredOn(e -> e.step().equals("S")).hasSize(1);
    }

    private void cut(String name, double share) throws IOException {
        Path file = directory.resolve(name);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, (int) (bytes.length * share)));
    }
}
