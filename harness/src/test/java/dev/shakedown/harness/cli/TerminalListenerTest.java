package dev.shakedown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.run.LiveView;
import dev.shakedown.harness.run.StepEnd;
import dev.shakedown.workloads.load.LiveSample;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TerminalListenerTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void plainOutputIsLinesWithoutControlCharacters() {
        TerminalListener listener = listener(false);

        listener.stepStarted("ClusterUp");
        listener.say("node-a\u001b[31m joined\r");
        listener.bar("node-a", 0.5);
        listener.stepEnded(
                new StepEnd("ClusterUp", StepEnd.How.SUCCEEDED, "2 nodes", Duration.ofSeconds(14)));

        assertThat(printed().lines())
                .containsExactly("     node-a?[31m joined ", " ✓ ClusterUp   2 nodes (14 s)");
    }

    @Test
    void loadIsOneLineEveryFiveSecondsWithoutATerminal() {
        TerminalListener listener = listener(false);

        listener.stepStarted("Measure");
        for (int second = 0; second < 10; second++) {
            listener.live(sample());
        }

        assertThat(printed().lines().filter(line -> line.contains("in flight"))).hasSize(2);
    }

    @Test
    void terminalRedrawsInPlaceAndLeavesOneLineAStep() {
        TerminalListener listener = listener(true);

        listener.stepStarted("Measure");
        listener.live(sample());
        listener.live(sample());
        listener.stepEnded(
                new StepEnd("Measure", StepEnd.How.FAILED, "vLLM ended", Duration.ofMillis(1)));

        String last = printed().substring(printed().lastIndexOf("\u001b[0J") + 4);
        assertThat(last).isEqualTo(" ✗ Measure     vLLM ended (1 ms)" + System.lineSeparator());
    }

    private TerminalListener listener(boolean interactive) {
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        return new TerminalListener(new Terminal(out, interactive, false, 100));
    }

    private static LiveView sample() {
        return new LiveView(
                new LiveSample(
                        "measure",
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(20),
                        25,
                        24.5,
                        42,
                        Optional.of(Duration.ofMillis(90)),
                        Optional.of(Duration.ofMillis(210)),
                        6_400,
                        0));
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
