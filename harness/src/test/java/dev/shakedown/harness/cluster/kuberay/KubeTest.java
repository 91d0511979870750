package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.LedgerNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeTest {
    @TempDir private Path home;

    @BeforeEach
    void writeKubeconfig() throws IOException {
        Files.createDirectory(home.resolve(".kube"));
        Files.writeString(
                home.resolve(".kube/config"),
                """
                apiVersion: v1
                kind: Config
                current-context: other
                clusters:
                - { name: a, cluster: { server: "http://a.example:6443" } }
                - { name: b, cluster: { server: "http://b.example:6443" } }
                contexts:
                - { name: training, context: { cluster: a, user: u } }
                - { name: other, context: { cluster: b, user: u } }
                users:
                - { name: u, user: {} }
                """);
    }

    @Test
    void filesAreWrittenDownSoThatTheyAreFoundFromElsewhere() {
        String config = home.resolve(".kube/config").toString();

        assertThat(Kube.kubeconfig(Map.of("HOME", home.toString()))).isEqualTo(config);
        assertThat(Kube.kubeconfig(Map.of("KUBECONFIG", config + ":/none/such"))).isEqualTo(config);
        assertThat(Kube.kubeconfig(Map.of("KUBECONFIG", "pom.xml")))
                .isEqualTo(Path.of("pom.xml").toAbsolutePath().toString());
        assertThat(Kube.kubeconfig(Map.of("HOME", "/none"))).isEmpty();
    }

    @Test
    void runIsEndedWhereItWasWhateverTheCurrentContext() {
        try (Kube there = Kube.open(place("http://a.example:6443/"))) {
            assertThat(there.server()).isEqualTo("http://a.example:6443/");
            assertThat(there.namespace()).isEqualTo("ns");
        }
    }

    @Test
    void nothingIsDeletedOnAnotherServerThatTheContextLeadsToByNow() {
        assertThatThrownBy(() -> Kube.open(place("http://old.example:6443/")))
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining("leads to http://a.example:6443/ now")
                .hasMessageContaining("the run was on http://old.example:6443/");
    }

    private LedgerNamespace place(String server) {
        return new LedgerNamespace(
                home.resolve(".kube/config").toString(), "training", "ns", server);
    }
}
