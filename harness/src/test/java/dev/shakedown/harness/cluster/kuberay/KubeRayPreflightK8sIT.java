package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.scenario.KubeRaySpec;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What preflight says on a real API server; it makes nothing. */
class KubeRayPreflightK8sIT {
    private static final String RUN = "20260101T000000Z-pre-abcdef";

    private Rig rig;
    private List<String> before = List.of();

    @BeforeEach
    void start() throws IOException {
        rig = new Rig();
        before = rig.things();
    }

    @AfterEach
    void nothingWasMade() {
        assertThat(rig.things()).isEqualTo(before);
        rig.close();
    }

    @Test
    void namespaceRightsAreEnoughAndWhatCannotBeSeenIsSkipped() {
        new Guest(rig).mayAll();

        assertThat(checks(guest(), 2))
                .allMatch(check -> check.verdict() != Check.Verdict.FAILED)
                .filteredOn(check -> check.verdict() == Check.Verdict.SKIPPED)
                .extracting(Check::name)
                .containsExactly("namespace", "kuberay operator", "GPU nodes");
    }

    @Test
    void missingRightIsNamedByVerbResourceAndNamespace() {
        List<PolicyRule> rules = new ArrayList<>(Guest.allRights());
        rules.removeIf(
                rule ->
                        rule.getResources().contains("secrets")
                                && rule.getVerbs().contains("create"));
        new Guest(rig).may(rules);

        assertThat(failed(guest()))
                .singleElement()
                .extracting(Check::detail)
                .isEqualTo("this user may not create secrets in namespace " + rig.namespace());
    }

    @Test
    void namespaceThatIsNotThereIsNamed() {
        assertThat(failed(spec(Optional.empty(), "nowhere")))
                .extracting(Check::detail)
                .containsExactly("there is no namespace nowhere in " + rig.kube.server());
    }

    @Test
    void contextThatIsNotThereIsNamed() {
        assertThat(failed(spec(Optional.of("nowhere"), rig.namespace())))
                .singleElement()
                .satisfies(
                        check ->
                                assertThat(check.detail())
                                        .contains("no context nowhere")
                                        .contains("contexts: rig, guest"));
    }

    @Test
    void oldOperatorAndAbsentOperatorAreNamed() {
        rig.installOperator("v1.3.2");
        assertThat(failed(KubeRayScenarios.in(rig.namespace())))
                .extracting(Check::detail)
                .containsExactly(
                        "kuberay-operator in namespace kuberay-system is too old: 1.3.2, Shakedown knows 1.4.0 to 1.7");

        rig.removeOperator();
        assertThat(failed(KubeRayScenarios.in(rig.namespace())))
                .extracting(Check::detail)
                .containsExactly(
                        "no KubeRay operator is installed in any namespace of "
                                + rig.kube.server());
    }

    @Test
    void tooFewGpuNodesAreCounted() {
        assertThat(failed(KubeRayScenarios.in(rig.namespace()), 3))
                .extracting(Check::detail)
                .containsExactly(
                        "2 of 3 nodes have 8 nvidia.com/gpu or more, the scenario needs 3");
    }

    private static List<Check> failed(KubeRaySpec spec) {
        return failed(spec, 2);
    }

    private static List<Check> failed(KubeRaySpec spec, int nodes) {
        return checks(spec, nodes).stream()
                .filter(check -> check.verdict() == Check.Verdict.FAILED)
                .toList();
    }

    private static List<Check> checks(KubeRaySpec spec, int nodes) {
        return new KubeRayPreflight(
                        KubeRayScenarios.of(nodes, 8, spec), spec, ClusterName.ofRun(RUN))
                .look();
    }

    private KubeRaySpec guest() {
        return spec(Optional.of("guest"), rig.namespace());
    }

    private static KubeRaySpec spec(Optional<String> context, String namespace) {
        return KubeRayScenarios.spec(context, namespace, KubeRaySpec.PodPatch.NONE, Map.of());
    }
}
