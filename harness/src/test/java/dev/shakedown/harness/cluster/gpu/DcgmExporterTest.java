package dev.shakedown.harness.cluster.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;

class DcgmExporterTest {
    private static final String PAGE = "DCGM_FI_DEV_GPU_TEMP{gpu=\"0\",Hostname=\"node-a\"} 51\n";

    @Test
    void oneThatAnswersCountsAndTheOthersAreNamed() throws IOException {
        try (MockWebServer good = serving(200, PAGE);
                MockWebServer other = serving(200, "up 1\n");
                MockWebServer broken = serving(503, "")) {
            try (DcgmExporter exporter =
                    new DcgmExporter(List.of(url(good), url(other), url(broken)))) {
                GpuReadings read = exporter.read();
                assertThat(read.gpus()).extracting(GpuReading::node).containsExactly("node-a");
                assertThat(read.troubles())
                        .containsExactly(
                                url(other) + " has no DCGM_FI_DEV_ values",
                                url(broken) + " answers with status 503");
            }
        }
    }

    @Test
    void addressWhereNobodyListensIsATroubleToo() throws IOException {
        URI gone;
        try (MockWebServer server = serving(200, PAGE)) {
            gone = url(server);
        }
        try (DcgmExporter exporter = new DcgmExporter(List.of(gone))) {
            GpuReadings read = exporter.read();
            assertThat(read.gpus()).isEmpty();
            assertThat(read.troubles()).singleElement().asString().startsWith(gone + ": ");
        }
    }

    private static MockWebServer serving(int status, String body) throws IOException {
        MockWebServer server = new MockWebServer();
        server.enqueue(new MockResponse.Builder().code(status).body(body).build());
        server.start();
        return server;
    }

    private static URI url(MockWebServer server) {
        return server.url("/metrics").uri();
    }
}
