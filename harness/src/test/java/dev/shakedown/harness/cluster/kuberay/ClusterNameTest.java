package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ClusterNameTest {
    @Test
    void nameIsTheScenarioAndTheRandomPart() {
        assertThat(ClusterName.ofRun("20260101T000000Z-2x8-tp8.pp2_x-0a1b2c").value())
                .isEqualTo("sd-2x8-tp8-pp2-x-0a1b2c");
    }

    @Test
    void longNameKeepsItsRandomPartAndFitsWithItsSuffixes() {
        ClusterName name = ClusterName.ofRun("20260101T000000Z-" + "long-".repeat(16) + "-0a1b2c");

        assertThat(name.value()).hasSizeLessThanOrEqualTo(ClusterName.MOST).endsWith("-0a1b2c");
        assertThat(Labels.run("20260101T000000Z-" + "long-".repeat(16) + "-0a1b2c"))
                .hasSizeLessThanOrEqualTo(63)
                .endsWith("0a1b2c");
    }

    @Test
    void nameThatKubeRayWouldIgnoreCannotBe() {
        assertThatThrownBy(() -> new ClusterName("a".repeat(54)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
