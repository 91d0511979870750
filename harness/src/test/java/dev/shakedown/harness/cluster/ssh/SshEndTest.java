package dev.shakedown.harness.cluster.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.LedgerContainer;
import dev.shakedown.harness.cluster.process.LedgerHost;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class SshEndTest {
    private static final String FOLDER = SshFolder.newName();

    @Test
    void whatHasEndedAndWhatHasNotIsNamedWithItsHost() {
        assertThat(report("{\"ended\":[\"42 raylet\"],\"left\":[\"43 vllm\"]}"))
                .isEqualTo(new EndReport(List.of("gpu07: 42 raylet"), List.of("gpu07: 43 vllm")));
        assertThat(report("{\"ended\":[],\"left\":[]}").clean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"ended\":[]}",
                "{\"left\":[]}",
                "{\"ended\":\"all\",\"left\":[]}",
                "[]",
                "7"
            })
    void anyOtherAnswerIsNoEnd(String said) {
        assertThat(report(said).notEnded())
                .singleElement()
                .asString()
                .startsWith("gpu07: its answer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "", "/home/me", "/tmp/sd-1/..", "/tmp/sd-", "/tmp/sd-1 /", "tmp/sd-1"})
    void onlyAFolderOfARunIsRemoved(String folder) {
        try (SshEnd end = new SshEnd()) {
            assertThat(end.end("run", host(folder)).notEnded())
                    .singleElement()
                    .asString()
                    .contains("no folder of a run");
        }
    }

    @Test
    void ledgersOfOlderVersionsKnowNoContainerAndNoAllocation() {
        LedgerHost old =
                JsonMapper.shared()
                        .readValue(
                                """
                                {"host": "gpu07", "user": "", "configFile": "", "python": "python3",
                                 "folder": "/tmp/sd-0a", "leaders": []}
                                """,
                                LedgerHost.class);

        assertThat(old.container()).isEmpty();
        assertThat(old.slurmJob()).isEmpty();
        assertThat(JsonMapper.shared().readValue(withContainer(), LedgerHost.class).container())
                .contains(new LedgerContainer("docker", "c", "i"));
    }

    private static String withContainer() {
        return JsonMapper.shared()
                .writeValueAsString(
                        new LedgerHost(
                                "gpu07",
                                "",
                                "",
                                "",
                                "python3",
                                "/tmp/sd-0a",
                                List.of(),
                                Optional.of(new LedgerContainer("docker", "c", "i"))));
    }

    private static EndReport report(String said) {
        return SshEnd.report(host(FOLDER), JsonMapper.shared().readTree(said));
    }

    private static LedgerHost host(String folder) {
        return new LedgerHost("gpu07", "", "", "", "python3", folder, List.of(), Optional.empty());
    }
}
