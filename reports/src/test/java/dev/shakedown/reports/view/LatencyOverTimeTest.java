package dev.shakedown.reports.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.reports.SampleRun;
import dev.shakedown.reports.render.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatencyOverTimeTest {
    @TempDir Path directory;

    @Test
    void secondsThatWereWrittenLateStandInTheirPlace() throws IOException {
        SampleRun.usual().write(directory);
        Path log = directory.resolve("histograms.hlog");
        List<String> intervals = new ArrayList<>(lines(log, true));
        Collections.reverse(intervals);
        List<String> all = new ArrayList<>(lines(log, false));
        all.addAll(intervals);
        Files.write(log, all);

        assertThat(seconds()).hasSizeGreaterThan(20).isSorted();
    }

    private List<Double> seconds() {
        Figure figure =
                ReportBuilder.build(directory).figures().stream()
                        .filter(f -> f.title().equals("Time to first token over time"))
                        .findFirst()
                        .orElseThrow();
        return figure.table().rows().stream()
                .map(row -> Double.parseDouble(row.getFirst()))
                .toList();
    }

    private static List<String> lines(Path log, boolean intervals) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith("Tag=") == intervals)
                .toList();
    }
}
