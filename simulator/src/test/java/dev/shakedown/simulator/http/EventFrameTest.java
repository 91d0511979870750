package dev.shakedown.simulator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventFrameTest {
    private final EventFrame frame = new EventFrame();

    @Test
    void eventIsOneChunk() {
        assertThat(
                        wire(
                                frame.begin()
                                        .put(EventFrame.utf8("{\"n\":"))
                                        .put(120)
                                        .put(new byte[] {'}'})))
                .isEqualTo("11\r\ndata: {\"n\":120}\n\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 10, 99, 100, 131_072, Integer.MAX_VALUE})
    void numbersAreWrittenInFull(int number) {
        assertThat(wire(frame.begin().put(number))).contains("data: " + number + "\n\n");
    }

    @Test
    void frameGrowsWithItsEventAndIsUsedAgain() {
        String text = "x".repeat(100_000);

        assertThat(wire(frame.begin().put(EventFrame.utf8(text))))
                .isEqualTo("186a8\r\ndata: " + text + "\n\n\r\n");
        assertThat(wire(frame.begin().put(7))).isEqualTo("9\r\ndata: 7\n\n\r\n");
    }

    private static String wire(EventFrame filled) {
        ByteBuffer bytes = filled.finish();
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }
}
