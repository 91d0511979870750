package dev.shakedown.workloads.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ServerCountersTest {
    @Test
    void countersOfRealVllmAreRead() throws Exception {
        assertThat(ServerCounters.parse(sample()))
                .hasValue(new ServerCounters(71, 44, 8, 71, 0, 0, 128));
    }

    @Test
    void countersAreSummedOverEngines() {
        String text =
                """
                # TYPE vllm:prompt_tokens counter
                vllm:prompt_tokens_total{engine="0",model_name="a"} 5.0
                vllm:prompt_tokens_total{engine="1",model_name="a"} 7.0
                vllm:num_requests_running{engine="1"} 2
                """;
        ServerCounters counters = ServerCounters.parse(text).orElseThrow();
        assertThat(counters.promptTokens()).isEqualTo(12);
        assertThat(counters.running()).isEqualTo(2);
    }

    @Test
    void otherServersHaveNoCounters() {
        assertThat(ServerCounters.parse("go_goroutines 5\n<html>\n{}\n")).isEmpty();
    }

    @Test
    void labelsMayHoldAnything() {
        List<String> seen = new ArrayList<>();
        MetricsText.forEach(
                "a{x=\"1,}\\\"\",y=\"z\"} 3 1700000000\nb NaN\nc{ 3\n{} 1\n d\n",
                (name, labels, value) -> seen.add(name + "|" + labels + "|" + value));
        assertThat(seen).containsExactly("a|x=1,}\";y=z|3.0", "b||NaN");
    }

    @Test
    void bucketsAndCreationTimesAreNotWorthKeeping() throws Exception {
        List<String> kept = new ArrayList<>();
        MetricsText.forEach(
                sample(),
                (name, _, _) -> {
                    if (MetricsText.worthKeeping(name)) {
                        kept.add(name);
                    }
                });
        assertThat(kept)
                .contains(
                        "vllm:num_requests_running",
                        "vllm:generation_tokens_total",
                        "vllm:request_queue_time_seconds_sum")
                .noneMatch(name -> name.endsWith("_bucket") || !name.startsWith("vllm:"));
    }

    private static String sample() throws IOException {
        try (InputStream in = ServerCountersTest.class.getResourceAsStream("metrics.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
