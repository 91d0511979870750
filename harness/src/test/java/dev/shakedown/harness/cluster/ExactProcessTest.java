package dev.shakedown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class ExactProcessTest {
    @Test
    void servesInAnotherProcessTellsItsTimesAndEndsWhenClosed() throws Exception {
        ExactProcess server = ExactProcess.start(Duration.ofMillis(30), Duration.ofMillis(10));
        try (server) {
            complete(server, 3);
            assertThat(server.truth().ttft().p50()).isGreaterThanOrEqualTo(29_900_000L);
            assertThat(server.truth().itl().p99()).isGreaterThan(1_000_000L);
            server.forget();
            assertThat(server.truth().ttft().p50()).isZero();
        }
        Assertions.assertThatThrownBy(
                        () -> new Socket(server.url().getHost(), server.url().getPort()).close())
                .isInstanceOf(IOException.class);
    }

    private static void complete(ExactProcess server, int tokens) throws IOException {
        String body =
                "{\"model\":\"exact\",\"prompt\":\"hi\",\"stream\":true,\"ignore_eos\":true,\"max_tokens\":"
                        + tokens
                        + "}";
        Request request =
                new Request.Builder()
                        .url(server.url() + "/v1/completions")
                        .post(RequestBody.create(body, MediaType.get("application/json")))
                        .build();
        try (Response response = new OkHttpClient().newCall(request).execute()) {
            assertThat(response.body().string()).contains("[DONE]");
        }
    }
}
