package dev.shakedown.reports.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ShellLinesTest {
    private static final String LONG =
            "printf %s\\\\n vllm serve --model meta-llama/Llama-3.1-70B-Instruct"
                    + " --json '{\"a b\": \"c --d\", \"long\": \"value that goes on and on and on\"}'"
                    + " --tensor-parallel-size 8 --pipeline-parallel-size 2 --max-model-len=8192"
                    + " --note \"it's \\\" two words\" --disable-log-requests --port 8000";

    @Test
    void aShortCommandStaysOnOneLine() {
        assertThat(ShellLines.of("vllm serve m --port 1")).containsExactly("vllm serve m --port 1");
    }

    @Test
    void pastedLinesAreTheSameCommandForAShell() throws Exception {
        String wrapped = String.join("\n", ShellLines.of(LONG));
        assertThat(wrapped).contains(" \\\n");
        assertThat(run(wrapped)).isNotEmpty().isEqualTo(run(LONG));
    }

    @Test
    void aFlagStaysWithItsValue() {
        for (String line : ShellLines.of(LONG)) {
            assertThat(line).doesNotEndWith("--port \\").doesNotEndWith("-size \\");
        }
    }

    private static String run(String command) throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", command).start();
        try (var out = shell.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            shell.destroy();
        }
    }
}
