package dev.shakedown.harness.cluster.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HostAgentTest {
    @Test
    void whatALoginShellPrintsIsNoPartOfTheAnswer() throws IOException {
        assertThat(after("Welcome to gpu07\n" + HostAgent.MARKER + "\n{\"size\":3}\nabc"))
                .isEqualTo("{\"size\":3}\nabc");
        assertThat(after("no line break " + HostAgent.MARKER + "\nanswer")).isEqualTo("answer");
        assertThat(after(HostAgent.MARKER + "\n")).isEmpty();
    }

    @Test
    void hostThatAnswersNothingHasNothingBehindTheMarker() throws IOException {
        assertThat(after("Permission denied\n")).isEmpty();
    }

    private static String after(String said) throws IOException {
        InputStream output = new ByteArrayInputStream(said.getBytes(StandardCharsets.UTF_8));
        HostAgent.skipToMarker(output);
        return new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
}
