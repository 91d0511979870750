package dev.shakedown.reports;

import java.io.IOException;
import java.nio.file.Path;

/** Writes a sample run and its report to a folder, to be looked at: {@code LookAtIt FOLDER}. */
public final class LookAtIt {
    private LookAtIt() {}

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        SampleRun.usual().write(directory);
        long start = System.nanoTime();
        ReportWriter.write(directory);
        System.out.println("report in " + (System.nanoTime() - start) / 1_000_000 + " ms");
    }
}
