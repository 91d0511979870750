package dev.shakedown.benchmarks;

import dev.shakedown.workloads.openai.TokenStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reads answers of 256 tokens as vLLM streams them, with the usage in every chunk. One operation is
 * one event (about 300 bytes); {@code bytesPerRead} is how much arrives at once: an event, a part
 * of one, or many.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TokenStreamBenchmark {
    private static final int TOKENS = 256;

    @Param({"completions", "chat"})
    String api = "";

    @Param({"100", "300", "16384"})
    int bytesPerRead;

    private byte[] answer = {};
    private int tokens;

    /** Writes one answer. */
    @Setup
    public void write() {
        StringBuilder stream = new StringBuilder();
        for (int token = 1; token <= TOKENS; token++) {
            stream.append("data: ").append(event(token)).append("\n\n");
        }
        answer = stream.append("data: [DONE]\n\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Events per second on one core. */
    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public int events() {
        tokens = 0;
        TokenStream stream = new TokenStream((_, count, _) -> tokens += count);
        for (int offset = 0; offset < answer.length; offset += bytesPerRead) {
            int length = Math.min(bytesPerRead, answer.length - offset);
            stream.feed(answer, offset, length, offset);
        }
        if (tokens != TOKENS || !stream.done()) {
            throw new IllegalStateException("the parser counted " + tokens + " tokens");
        }
        return tokens;
    }

    private String event(int token) {
        String usage =
                "\"usage\":{\"prompt_tokens\":1000,\"total_tokens\":%d,\"completion_tokens\":%d}}"
                        .formatted(1000 + token, token);
        return api.equals("chat")
                ? "{\"id\":\"chatcmpl-978d1ad682d85a66\",\"object\":\"chat.completion.chunk\","
                        + "\"created\":1795465177,\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"delta\":{\"content\":\" token\"},\"logprobs\":null,"
                        + "\"finish_reason\":null,\"token_ids\":null}],"
                        + usage
                : "{\"id\":\"cmpl-98f00c8755f0cc78\",\"object\":\"text_completion\","
                        + "\"created\":1795465177,\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"text\":\" token\",\"logprobs\":null,\"finish_reason\":null,"
                        + "\"stop_reason\":null,\"prompt_token_ids\":null,\"token_ids\":null}],"
                        + usage;
    }
}
