package dev.shakedown.workloads.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFramingTest {
    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nServer: x\r\nTransfer-Encoding: chunked\r\n\r\n";

    @Test
    void chunksAreTakenOutOfTheirFramesWhereverTheBytesAreSplit() {
        String answer =
                "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
                        + CHUNKED
                        + "5\r\ndata:\r\nA;name=value\r\n 123456789\r\n0\r\nx-sum: 7\r\n\r\n";
        for (int size = 1; size <= answer.length(); size++) {
            Told told = read(answer, size);
            assertThat(told.calls).as("in pieces of %d", size).containsExactly("200", "reusable");
            assertThat(told.body).asString().isEqualTo("data: 123456789");
        }
    }

    @Test
    void bodyOfKnownLengthEndsWhereItSays() {
        String answer = "HTTP/1.1 429 Too Many\r\ncontent-length: 4\r\n\r\nbusy";
        for (int size = 1; size <= answer.length(); size++) {
            Told told = read(answer, size);
            assertThat(told.calls).containsExactly("429", "reusable");
            assertThat(told.body).asString().isEqualTo("busy");
        }
    }

    @Test
    void bodyWithoutALengthEndsWithItsConnectionWhichIsThenNotReusable() {
        Told told = read("HTTP/1.1 200 OK\n\nall of it", 3);
        assertThat(told.calls).containsExactly("200");
        assertThat(told.framing.closed()).isTrue();
        assertThat(told.calls).containsExactly("200", "spent");
        assertThat(told.body).asString().isEqualTo("all of it");
    }

    @Test
    void connectionThatClosesBeforeTheEndIsNoEnd() {
        assertThat(read(CHUNKED + "5\r\nda", 9).framing.closed()).isFalse();
        assertThat(read("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab", 9).framing.closed())
                .isFalse();
    }

    @Test
    void answersWithoutABodyEndWithTheirHead() {
        assertThat(read("HTTP/1.1 204 No Content\r\n\r\n", 99).calls)
                .containsExactly("204", "reusable");
        assertThat(read("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 99).calls)
                .containsExactly("200", "reusable");
        assertThat(read("HTTP/1.1 101 Switching\r\nupgrade: h2c\r\n\r\n", 99).calls)
                .containsExactly("101", "spent");
    }

    @Test
    void onlyConnectionsThatMayStayOpenAndHoldNothingElseAreReusable() {
        String length = "content-length: 1\r\n";
        assertThat(read("HTTP/1.1 200 OK\r\nConnection: Close\r\n" + length + "\r\na", 99).calls)
                .containsExactly("200", "spent");
        assertThat(read("HTTP/1.0 200 OK\r\n" + length + "\r\na", 99).calls)
                .containsExactly("200", "spent");
        assertThat(
                        read("HTTP/1.0 200 OK\r\nconnection: keep-alive\r\n" + length + "\r\na", 99)
                                .calls)
                .containsExactly("200", "reusable");
        assertThat(read("HTTP/1.1 200 OK\r\n" + length + "\r\nab", 99).calls)
                .containsExactly("200", "spent");
    }

    @Test
    void nothingFollowsOnceNoMoreIsWanted() {
        Told told = new Told();
        told.wanted = false;
        told.read(CHUNKED + "1\r\na\r\n1\r\nb\r\n0\r\n\r\n", 99);
        assertThat(told.calls).containsExactly("200");
        assertThat(told.body).asString().isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.6\r\n",
                "HTTP/2.0 200 OK\r\n",
                "HTTP/1.1 2000\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1111111111111111\r\n",
            })
    void bytesThatAreNoHttpAreAFailureAndEndTheReading(String bytes) {
        Told told = read(bytes + "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 7);
        assertThat(told.framing.failure()).isPresent();
        assertThat(told.calls).doesNotContain("reusable", "spent");
    }

    @Test
    void headersWithoutAnEndAreRefused() {
        Told line = read("HTTP/1.1 200 OK\r\na: " + "b".repeat(20_000), 1000);
        assertThat(line.framing.failure().orElse("")).contains("16384 bytes");
        Told many = read("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(20_000), 1000);
        assertThat(many.framing.failure().orElse("")).contains("65536 bytes");
        Told interim = read("HTTP/1.1 100 Continue\r\na: b\r\n\r\n".repeat(20_000), 1000);
        assertThat(interim.framing.failure().orElse("")).contains("65536 bytes");
    }

    private static Told read(String answer, int size) {
        Told told = new Told();
        told.read(answer, size);
        return told;
    }

    private static final class Told implements AnswerFraming.Listener {
        private final AnswerFraming framing = new AnswerFraming(this);
        private final List<String> calls = new ArrayList<>();
        private final StringBuilder body = new StringBuilder();
        private boolean wanted = true;

        void read(String answer, int size) {
            byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
            framing.expect();
            for (int from = 0; from < bytes.length; from += size) {
                framing.read(bytes, from, Math.min(bytes.length, from + size));
            }
        }

        @Override
        public void head(int status) {
            calls.add(Integer.toString(status));
        }

        @Override
        public boolean body(byte[] bytes, int offset, int length) {
            body.append(new String(bytes, offset, length, StandardCharsets.US_ASCII));
            return wanted;
        }

        @Override
        public void end(boolean reusable) {
            calls.add(reusable ? "reusable" : "spent");
        }
    }
}
