package dev.shakedown.harness.cluster.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.StepFailedException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenSSH 9.2's own words. */
class SshTroubleTest {
    private static final SshHost HOST = new SshHost("h1", Optional.empty(), Optional.empty());

    @ParameterizedTest
    @CsvSource({
        "'ssh: connect to host 10.77.0.99 port 22: No route to host', no way to the host",
        "'ssh: connect to host h1 port 22: Connection timed out', does not answer",
        "'ssh: connect to host h1 port 22: Connection refused', no sshd listens",
        "'ssh: Could not resolve hostname h9: Name or service not known', no host of this name",
        "'root@h1: Permission denied (publickey).', does not take this user's key",
        "'Host key verification failed.', key is not known yet"
    })
    void eachHasAMeaningAndANextStep(String said, String meaning) {
        StepFailedException failure = SshTrouble.of(HOST, said);

        assertThat(failure.what()).contains(meaning);
        assertThat(failure.node()).isEqualTo("h1");
        assertThat(failure.evidence()).containsExactly(said);
        assertThat(failure.next()).contains("h1");
    }

    @Test
    void changedHostKeyIsMoreThanAnUnknownOne() {
        String said =
                """
                @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
                @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
                IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
                Host key verification failed.
                """;

        StepFailedException failure = SshTrouble.of(HOST, said);

        assertThat(failure.what()).contains("not the one that is known");
        assertThat(failure.next()).startsWith("if that is right: ssh-keygen -R h1");
        assertThat(failure.evidence()).noneMatch(line -> line.startsWith("@"));
    }

    @Test
    void unknownWordsAreShownWithTheCommandToTry() {
        assertThat(SshTrouble.of(HOST, "kex_exchange_identification: read").next())
                .isEqualTo("try by hand: ssh h1");
    }
}
