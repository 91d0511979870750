package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.Pasted;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.KubeRaySpec;
import dev.shakedown.harness.scenario.KubeRaySpec.Operator;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator installed by a real Helm from a chart of the project's own, into a real control
 * plane that has neither operator nor CRD.
 */
@Timeout(180)
class OperatorInstallK8sIT {
    private static final Path RIG = Path.of("src/test/resources/k8s");
    private static final Path CRD = RIG.resolve("manifests/raycluster-crd.yaml");
    private static final PolicyRule LIST = Guest.rule("apps", "deployments", "list");
    private static final String RUN = "20260101T000000Z-install-abcdef";

    @TempDir private Path folder;
    private Path chart;
    private Rig rig;

    @BeforeEach
    void start() throws Exception {
        rig = new Rig();
        chart = copyOfTheChart();
        rig.removeOperator();
        removeDefinition();
    }

    @AfterEach
    void end() throws Exception {
        Optional<Helm.Result> _ =
                helm(
                        "uninstall",
                        OperatorChart.RELEASE,
                        "--namespace",
                        OperatorChart.NAMESPACE,
                        "--wait");
        removeDefinition();
        try (var yaml = Files.newInputStream(CRD)) {
            rig.client().load(yaml).create();
        }
        rig.awaitServed("v1", true);
        rig.close();
    }

    @Test
    void operatorAndCrdAreInstalledOnceAndStay() throws Exception {
        KubeRayProvider provider = provider(spec(Optional.empty()));

        assertThat(provider.preflight())
                .allMatch(check -> check.verdict() == Check.Verdict.OK)
                .extracting(Check::detail)
                .contains(
                        "none yet: ClusterUp installs KubeRay operator 1.7.0 by Helm from chart %s into namespace kuberay-system"
                                .formatted(chart),
                        "not there yet: it comes with the chart",
                        "5 objects of the chart");
        assertThat(operator()).isEmpty();
        assertThat(Definition.isKnown(rig.kube)).isFalse();

        provider.up(Progress.SILENT);
        provider.down();

        Deployment installed = operator().orElseThrow();
        assertThat(Definition.isKnown(rig.kube)).isTrue();
        assertThat(rig.things()).noneMatch(thing -> thing.contains("sd-install"));

        KubeRayProvider again = provider(spec(Optional.empty()));
        assertThat(again.preflight())
                .extracting(Check::detail)
                .contains("kuberay-operator in namespace kuberay-system, version 1.7.0");
        again.up(Progress.SILENT);
        again.down();
        assertThat(operator().orElseThrow().getMetadata().getUid())
                .isEqualTo(installed.getMetadata().getUid());
        assertThat(
                        helm(
                                        "history",
                                        OperatorChart.RELEASE,
                                        "--namespace",
                                        OperatorChart.NAMESPACE)
                                .orElseThrow()
                                .output()
                                .lines())
                .hasSize(2);
    }

    @Test
    void linesOfThePlanInstallItInAShellAndLeaveItThere() throws Exception {
        ProviderPlan plan =
                provider(spec(Optional.empty()))
                        .plan(site -> new EngineCommand(List.of("vllm"), Map.of()));

        Pasted.run(folder, plan.up());
        Pasted.run(folder, plan.down());

        assertThat(operator()).isPresent();
        assertThat(rig.things()).noneMatch(thing -> thing.contains("sd-install"));
    }

    @Test
    void otherVersionThatIsThereIsNamedAndLeftAlone() {
        rig.installOperator("v1.6.0");

        assertThat(failed(spec(Optional.empty())))
                .extracting(Check::detail)
                .contains(
                        "kuberay-operator in namespace kuberay-system is 1.6.0, the scenario asks for 1.7.0");
        rig.removeOperator();
    }

    @Test
    void chartOfAnotherVersionIsNamed() throws IOException {
        Path yaml = chart.resolve("Chart.yaml");
        Files.writeString(yaml, Files.readString(yaml).replace("1.7.0", "1.6.2"));

        assertThat(failed(spec(Optional.empty())))
                .extracting(Check::detail)
                .containsExactly(
                        "the chart %s is 1.6.2, the scenario asks for 1.7.0; helm show chart %1$s"
                                .formatted(chart));
    }

    @Test
    void repositoryThatTheUserHasNotIsNamedWithWhatHelmSays() {
        KubeRaySpec spec =
                spec(
                        Optional.empty(),
                        new Operator(
                                Optional.of("1.7.0"), Optional.of("nowhere/kuberay-operator")));

        assertThat(failed(spec))
                .singleElement()
                .satisfies(
                        check ->
                                assertThat(check.detail())
                                        .startsWith(
                                                "the chart nowhere/kuberay-operator cannot be used; ")
                                        .contains("repo nowhere not found"))
                .satisfies(check -> assertThat(check.next()).contains("helm repo list"));
    }

    @Test
    void missingRightsAreNamedBeforeAnythingIsMade() throws Exception {
        new Guest(rig).mayAll();
        assertThat(failed(spec(Optional.of("guest"))))
                .extracting(Check::detail)
                .singleElement()
                .asString()
                .startsWith("this user may not list deployments.apps in all namespaces");

        try (AutoCloseable _ = new Guest(rig).mayEverywhere(List.of(LIST))) {
            assertThat(failed(spec(Optional.of("guest"))))
                    .extracting(Check::detail)
                    .containsExactly(
                            "this user may not create namespaces, create secrets, get secrets, list secrets, update secrets, delete secrets,"
                                    + " create customresourcedefinitions.apiextensions.k8s.io, create serviceaccounts,"
                                    + " create clusterroles.rbac.authorization.k8s.io, create clusterrolebindings.rbac.authorization.k8s.io,"
                                    + " create deployments.apps, which the operator's chart needs (namespace kuberay-system)");
        }
        assertThat(operator()).isEmpty();
    }

    @Test
    void rightsThatTheUserCannotGiveAreNamedBeforeAnythingIsMade() throws Exception {
        new Guest(rig).mayAll();
        List<PolicyRule> toCreate =
                List.of(
                        LIST,
                        Guest.rule("", "namespaces", "create"),
                        Guest.rule("", "secrets", "*"),
                        Guest.rule("", "serviceaccounts", "create"),
                        Guest.rule("apps", "deployments", "create"),
                        Guest.rule("apiextensions.k8s.io", "customresourcedefinitions", "create"),
                        Guest.rule("rbac.authorization.k8s.io", "clusterroles", "create"),
                        Guest.rule("rbac.authorization.k8s.io", "clusterrolebindings", "create"));

        try (AutoCloseable _ = new Guest(rig).mayEverywhere(toCreate)) {
            assertThat(failed(spec(Optional.of("guest"))))
                    .extracting(Check::detail)
                    .singleElement()
                    .asString()
                    .startsWith("this user may not give the operator its rights: ")
                    .contains("not currently held")
                    .contains("rayclusters/status");
        }
        assertThat(operator()).isEmpty();
    }

    @Test
    void operatorThatDoesNotComeUpIsNamedAndRemovedByHelm() throws Exception {
        Files.writeString(chart.resolve("values.yaml"), "nodeType: nowhere\n");

        StepFailedException failed =
                catchThrowableOfType(
                        StepFailedException.class,
                        () ->
                                new OperatorInstall(spec(Optional.empty()))
                                        .ensure(rig.kube, Duration.ofSeconds(5), Progress.SILENT));

        assertThat(failed.what())
                .isEqualTo("the KubeRay operator could not be installed in " + rig.kube.server());
        assertThat(String.join("\n", failed.evidence())).contains("kuberay-operator");
        assertThat(operator()).isEmpty();
    }

    private static List<Check> failed(KubeRayProvider provider) {
        return provider.preflight().stream()
                .filter(check -> check.verdict() == Check.Verdict.FAILED)
                .filter(check -> !check.name().equals(Definition.NAME))
                .toList();
    }

    private List<Check> failed(KubeRaySpec spec) {
        return failed(provider(spec));
    }

    private KubeRayProvider provider(KubeRaySpec spec) {
        return new KubeRayProvider(KubeRayScenarios.of(2, 8, spec), spec, RUN, folder);
    }

    private KubeRaySpec spec(Optional<String> context) {
        return spec(context, new Operator(Optional.of("1.7.0"), Optional.of(chart.toString())));
    }

    private KubeRaySpec spec(Optional<String> context, Operator operator) {
        KubeRaySpec plain =
                KubeRayScenarios.spec(
                        context, rig.namespace(), KubeRaySpec.PodPatch.NONE, Map.of());
        return KubeRayScenarios.with(plain, operator);
    }

    private Optional<Deployment> operator() {
        return Optional.ofNullable(
                rig.client()
                        .apps()
                        .deployments()
                        .inNamespace(OperatorChart.NAMESPACE)
                        .withName(OperatorChart.RELEASE)
                        .get());
    }

    private static Optional<Helm.Result> helm(String... arguments) throws InterruptedException {
        return new Helm(Optional.empty()).run(Duration.ofSeconds(60), List.of(arguments));
    }

    private Path copyOfTheChart() throws IOException {
        Path from = RIG.resolve("chart");
        Path to = folder.resolve("chart");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        Files.createDirectories(to.resolve("crds"));
        Files.copy(CRD, to.resolve("crds/raycluster.yaml"));
        return to;
    }

    private void removeDefinition() {
        var there =
                rig.client()
                        .apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .withName("rayclusters.ray.io");
        there.delete();
        there.waitUntilCondition(crd -> crd == null, 60, TimeUnit.SECONDS);
        rig.awaitServed("v1", false);
    }
}
