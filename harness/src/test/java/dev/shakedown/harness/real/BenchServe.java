package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code vllm bench serve}, on the command line that a run of Shakedown printed as its equal.
 *
 * @param launcher what execs the rest of its arguments: {@code taskset -c 0}
 */
record BenchServe(List<String> launcher, Path bin, Path tokenizer, Path folder) {
    private static final int DEADLINE_MINUTES = 5;

    /** What both tools say of one load. */
    record Figures(double ttftMs, double tpotMs, double tokensPerSecond) {}

    /** Its figures, and what it says was asked of the server. */
    record Result(Figures figures, long failed, long inputTokens, long outputTokens) {}

    /**
     * @param seed other than before: the same prompts again would come from the prefix cache
     */
    Result run(String equivalent, int seed) throws IOException, InterruptedException {
        Path result = folder.resolve("bench-" + seed + ".json");
        Path log = folder.resolve("bench-" + seed + ".log");
        List<String> command = Arrays.asList(equivalent.split(" "));
        List<String> argv = new ArrayList<>(launcher);
        argv.add(bin.resolve("vllm").toString());
        argv.addAll(command.subList(1, command.size()));
        argv.addAll(List.of("--tokenizer", tokenizer.toString(), "--seed", String.valueOf(seed)));
        argv.addAll(List.of("--disable-tqdm", "--save-result", "--result-dir", folder.toString()));
        argv.addAll(List.of("--result-filename", result.getFileName().toString()));
        ProcessBuilder builder =
                new ProcessBuilder(argv).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("HF_HUB_OFFLINE", "1");
        builder.environment().put("VLLM_NO_USAGE_STATS", "1");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue())
                    .as("%s\n%s", String.join(" ", argv), Files.readString(log))
                    .isZero();
            return read(JsonMapper.shared().readTree(result.toFile()));
        } finally {
            process.destroyForcibly();
        }
    }

    private static Result read(JsonNode json) {
        return new Result(
                new Figures(
                        json.path("median_ttft_ms").asDouble(),
                        json.path("median_tpot_ms").asDouble(),
                        json.path("output_throughput").asDouble()),
                json.path("failed").asLong(),
                json.path("total_input_tokens").asLong(),
                json.path("total_output_tokens").asLong());
    }
}
