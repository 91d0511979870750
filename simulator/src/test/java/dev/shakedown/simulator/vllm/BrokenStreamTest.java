package dev.shakedown.simulator.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatorOptions;
import dev.shakedown.simulator.SimulatorServer;
import dev.shakedown.simulator.fault.Fault;
import dev.shakedown.simulator.fault.FaultKind;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes over the wire, byte by byte: a client would put it together again. */
class BrokenStreamTest {
    private static final String BODY =
            "{\"prompt\":\"a b\",\"max_tokens\":3,\"ignore_eos\":true,\"stream\":true}";

    @TempDir Path logs;

    @Test
    void aChunkOfHttpEndsInsideACharacter() throws IOException {
        byte[] wire = answer("split-utf8");

        // The rocket is F0 9F 9A 80; two of its bytes, the chunk's end, and the next one's length.
        assertThat(new String(wire, StandardCharsets.ISO_8859_1))
                .containsPattern("\u00F0\u009F\r\n[0-9a-f]+\r\n\u009A\u0080");
    }

    @Test
    void aTruncatedStreamEndsInOrderWithoutItsLastEvent() throws IOException {
        String text = new String(answer("truncated-stream", 9), StandardCharsets.UTF_8);

        assertThat(text).endsWith("0\r\n\r\n").doesNotContain("[DONE]");
    }

    private byte[] answer(String fault) throws IOException {
        return answer(fault, 3);
    }

    private byte[] answer(String fault, int tokens) throws IOException {
        SimulatedCluster broken =
                new SimulatedCluster(
                        1,
                        1,
                        "H100",
                        SimulatedEngine.of("builtin:tiny", new SimulatedEngine.Split(1, 1, 1)),
                        List.of(Fault.of(FaultKind.named(fault).orElseThrow())));
        String body = BODY.replace(":3,", ":" + tokens + ",");
        String request =
                "POST /v1/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body;
        try (SimulatorServer server =
                        SimulatorServer.start(broken, SimulatorOptions.defaults(logs));
                Socket socket =
                        new Socket(InetAddress.getLoopbackAddress(), server.vllmUrl().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            try (InputStream in = socket.getInputStream()) {
                return in.readAllBytes();
            }
        }
    }
}
