package dev.shakedown.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.State;
import dev.shakedown.reports.run.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that differ in nothing but the rate of their arrivals. */
class SweepTest {
    @TempDir Path folder;

    private final List<Path> runs = new ArrayList<>();

    @Test
    void saysUpToWhereItKeepsUpAndWhatIsTheLimit() throws IOException {
        step(20, State.SATURATED, new Reason("queue", "the queue grew"));
        step(5, State.STEADY);
        step(10, State.STEADY);

        assertThat(compare())
                .containsPattern(
                        "Keeps up with 1?[089]\\.[0-9]+ requests/s; at (19|2[0-2])[0-9.]* requests/s it does not: the queue grew")
                .contains("No difference is named")
                .doesNotContain(" better")
                .doesNotContain("none is better");
        assertThat(Files.readString(folder.resolve("out/comparison.html")))
                .contains("Throughput over the offered rate")
                .contains("Latency over the offered rate")
                .contains("KV cache and preemptions over the offered rate");
    }

    @Test
    void saysSoWhereNoRateIsTooMuch() throws IOException {
        step(5, State.STEADY);
        step(8, State.STEADY);
        step(10, State.STEADY);

        assertThat(compare()).contains("Keeps up with all rates that were tried");
    }

    @Test
    void twoRatesAreNoCurve() throws IOException {
        step(5, State.STEADY);
        step(10, State.STEADY);

        assertThat(compare()).contains("did not do the same work");
    }

    private void step(int rate, State state, Reason... reasons) throws IOException {
        Path directory = folder.resolve("at-" + rate);
        RunRecord run = SampleRun.usual().atRate(rate, 20).write(directory);
        Map<String, Object> load =
                Map.of("arrivals", Map.of("poisson", rate + "/s"), "duration", "20s");
        RunStore.write(
                directory,
                new RunRecord(
                        run.schemaVersion(),
                        run.id(),
                        Map.of("name", "sweep", "load", load),
                        "sweep.poisson-" + rate,
                        run.question(),
                        run.simulated(),
                        run.startedAt(),
                        run.shape(),
                        run.phases(),
                        run.steps(),
                        run.fingerprint(),
                        run.offered(),
                        run.outcomes(),
                        run.metrics(),
                        run.rates(),
                        run.smoke(),
                        run.fabric(),
                        run.series(),
                        run.floor(),
                        run.gpus(),
                        run.limits(),
                        run.validity(),
                        state,
                        List.of(reasons),
                        run.verdict(),
                        run.equivalents()));
        runs.add(directory);
    }

    private String compare() throws IOException {
        ReportWriter.comparison(runs, folder.resolve("out"));
        return Files.readString(folder.resolve("out/comparison.md"));
    }
}
