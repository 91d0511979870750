package dev.shakedown.reports.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shakedown.reports.SampleRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VllmViewTest {
    private static final String HEADER =
            "id,phase,intended_ns,sent_ns,headers_ns,first_event_ns,first_token_ns,first_content_ns,last_token_ns,"
                    + "stream_end_ns,input_tokens,output_tokens,token_source,outcome,status,error\n";

    @TempDir Path directory;

    @Test
    void countsMeasuredSuccessesByVllmsRules() throws IOException {
        requests(
                "0,warmup,0,0,1,1,1,1,9,9,10,4,usage,Completed,200,\n"
                        + "1,measure,900000000,1000000000,,1100000000,1200000000,,1700000000,1800000000,10,4,usage,Completed,200,\n"
                        + "2,measure,1000000000,2000000000,,2300000000,2300000000,,2300000000,2400000000,20,1,usage,Completed,200,\n"
                        + "3,measure,1000000000,2000000000,,,,,,6000000000,20,,none,TimedOut,,\"a, b\"\n");

        VllmView view = VllmView.of(directory);

        assertThat(view.completed()).isEqualTo(2);
        assertThat(view.failed()).isEqualTo(1);
        assertThat(view.durationSeconds()).isEqualTo(5);
        assertThat(view.outputTokensPerSecond()).isEqualTo(1);
        assertThat(view.totalTokensPerSecond()).isEqualTo(7);
        assertThat(view.ttft().meanMs()).isEqualTo(200);
        assertThat(view.ttft().p99Ms()).isCloseTo(298, within(1e-9));
        assertThat(view.tpot().medianMs()).isEqualTo(200);
        assertThat(view.e2el().medianMs()).isEqualTo(500);
        assertThat(view.peakConcurrent()).isEqualTo(2 - 1);
        assertThat(view.itl().meanMs()).isZero();
    }

    @Test
    void percentilesInterpolateAsNumpyDoes() {
        double[] sorted = {1, 2, 3, 4};

        assertThat(VllmView.linear(sorted, 50)).isEqualTo(2.5);
        assertThat(VllmView.linear(sorted, 99)).isCloseTo(3.97, within(1e-12));
        assertThat(VllmView.linear(new double[] {5}, 99)).isEqualTo(5);
    }

    @Test
    void runWithoutLoadShowsNoFiguresAtAll() {
        assertThat(VllmView.of(directory).text())
                .contains("no request of the measured phase was sent")
                .doesNotContain("0.00");
    }

    @Test
    void itlComesFromTheHistogram() throws IOException {
        SampleRun.usual().write(directory);

        VllmView view = VllmView.of(directory);

        assertThat(view.itl().medianMs()).isCloseTo(21, within(2.0));
        assertThat(view.text()).contains("Mean ITL (ms)").contains("P99 E2EL (ms)");
    }

    private void requests(String rows) throws IOException {
        try (GZIPOutputStream out =
                new GZIPOutputStream(Files.newOutputStream(directory.resolve("requests.csv.gz")))) {
            out.write((HEADER + rows).getBytes(StandardCharsets.UTF_8));
        }
    }
}
