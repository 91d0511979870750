package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.LoadFrom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoadPlaceTest {
    private static final Cluster.Node HEAD = node("192.0.2.1", "gpu1", 8, true);
    private static final Cluster.Node WORKER = node("127.0.0.1", "gpu2", 8, false);
    private static final Cluster.Node EMPTY = node("192.0.2.3", "load", 0, false);
    private static final Cluster ALL =
            new Cluster(Optional.empty(), Optional.empty(), List.of(HEAD, WORKER, EMPTY));

    @Test
    void eachPlaceIsItsNode() {
        assertThat(LoadPlace.of(new LoadFrom.Here(), ALL)).isEmpty();
        assertThat(at(new LoadFrom.Head())).isEqualTo(HEAD);
        assertThat(at(new LoadFrom.Pod())).isEqualTo(EMPTY);
        assertThat(at(new LoadFrom.Node("gpu2"))).isEqualTo(WORKER);
        assertThat(at(new LoadFrom.Node("192.0.2.3"))).isEqualTo(EMPTY);
    }

    @Test
    void aNameThatOnlyThisMachineKnowsIsLookedUp() {
        assertThat(at(new LoadFrom.Node("localhost"))).isEqualTo(WORKER);
    }

    @Test
    void aWrongNameIsSaidWithAllRightOnes() {
        assertThatThrownBy(() -> LoadPlace.of(new LoadFrom.Node("gpu3.invalid"), ALL))
                .isInstanceOfSatisfying(
                        StepFailedException.class,
                        failure -> {
                            assertThat(failure.what())
                                    .isEqualTo(
                                            "load.from: node:gpu3.invalid is no node of this Ray");
                            assertThat(failure.evidence())
                                    .containsExactly(
                                            "there is gpu1 (192.0.2.1)",
                                            "there is gpu2 (127.0.0.1)",
                                            "there is load (192.0.2.3)");
                        });
    }

    private static Cluster.Node at(LoadFrom from) {
        return LoadPlace.of(from, ALL).orElseThrow().node();
    }

    private static Cluster.Node node(String ip, String hostname, int gpus, boolean head) {
        return new Cluster.Node(hostname + "-id", ip, hostname, gpus, head);
    }
}
