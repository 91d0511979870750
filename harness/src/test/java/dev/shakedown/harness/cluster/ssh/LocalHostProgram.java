package dev.shakedown.harness.cluster.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The program that hosts run, run by this machine's Python.
 *
 * @param folder of the run, which every request names
 * @param path of its commands
 */
record LocalHostProgram(Path folder, String path) {
    private static final JsonMapper JSON = JsonMapper.shared();

    LocalHostProgram(Path folder) {
        this(folder, System.getenv("PATH"));
    }

    JsonNode ask(String what, Map<String, Object> more) {
        return JSON.readTree(outputOf(what, more));
    }

    /** Everything it says; it must end well. */
    String outputOf(String what, Map<String, Object> more) {
        try {
            Process python = python(what, more);
            String said =
                    new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(python.exitValue()).as(said).isZero();
            assertThat(said).startsWith(HostAgent.MARKER + "\n");
            return said.substring(HostAgent.MARKER.length() + 1);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    int exitOf(String what, Map<String, Object> more) {
        try {
            return python(what, more).waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Process python(String what, Map<String, Object> more) throws IOException {
        Map<String, Object> request = new HashMap<>(more);
        request.put("do", what);
        request.put("folder", folder.toString());
        ProcessBuilder builder =
                new ProcessBuilder("python3", "-").redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("PATH", path);
        Process python = builder.start();
        try (var input = python.outputWriter(StandardCharsets.UTF_8)) {
            input.write(HostAgent.program(request));
        }
        return python;
    }
}
