package dev.shakedown.reports;

import dev.shakedown.reports.render.TextRenderer;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Shape;
import dev.shakedown.reports.view.VllmView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes sample runs and their reports to a folder, to be looked at: {@code LookAtIt FOLDER}. */
public final class LookAtIt {
    private LookAtIt() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Path usual = Files.createDirectories(folder.resolve("usual"));
        Path one = Files.createDirectories(folder.resolve("one"));
        RunRecord run = SampleRun.usual().write(usual);
        Shape small = new Shape(1, 8, 8, 1, 1, run.shape().model(), run.shape().gpu());
        SampleRun.usual().with(small, 140, 16).write(one);
        long start = System.nanoTime();
        ReportWriter.write(usual);
        System.out.println("report in " + (System.nanoTime() - start) / 1_000_000 + " ms");
        ReportWriter.comparison(List.of(usual, one), folder.resolve("comparison"));
        System.out.println(TextRenderer.render(run, usual, true));
        System.out.println(VllmView.of(usual).text());
    }
}
