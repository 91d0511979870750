package dev.shakedown.reports.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.reports.LookAtIt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A login node may have no fonts; there, loading the JDK's font code is what fails. */
class NoFontsTest {
    @TempDir Path folder;

    @Test
    void reportsAreMadeWithoutTheFontsOfTheMachine() throws IOException, InterruptedException {
        Path log = folder.resolve("classes.log");
        Process java =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Djava.awt.headless=true",
                                "-Xlog:class+load:file=" + log,
                                "-cp",
                                System.getProperty("java.class.path"),
                                LookAtIt.class.getName(),
                                folder.resolve("runs").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("out.txt").toFile())
                        .start();

        assertThat(java.waitFor(180, TimeUnit.SECONDS)).isTrue();
        assertThat(java.exitValue()).as(folder.resolve("out.txt").toString()).isZero();
        assertThat(log)
                .content()
                .contains("java.awt.Font ")
                .doesNotContain("sun.font.SunFontManager");
    }
}
