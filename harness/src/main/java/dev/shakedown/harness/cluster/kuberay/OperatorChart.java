package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.KubeRaySpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The chart of KubeRay's operator, in the version that the scenario names. */
final class OperatorChart {
    static final String RELEASE = "kuberay-operator";
    static final String NAMESPACE = "kuberay-system";
    private static final Pattern VERSION =
            Pattern.compile("(?m)^version: *['\"]?v?([^'\"\\s]+)['\"]?\\s*$");
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final String location;
    private final String version;
    private final Helm helm;

    /** {@code spec} has a chart. */
    OperatorChart(KubeRaySpec spec) {
        this.location = spec.operator().chart().orElseThrow();
        this.version = spec.operator().version().orElseThrow();
        this.helm = new Helm(spec.context());
    }

    String inWords() {
        return "KubeRay operator %s by Helm from chart %s into namespace %s"
                .formatted(version, location, NAMESPACE);
    }

    /** Whole command line; what is made half is removed by Helm, under its name in 3 and 4. */
    List<String> installLine(Duration limit) {
        return helm.argv(install(limit));
    }

    private List<String> install(Duration limit) {
        return List.of(
                "install",
                RELEASE,
                location,
                "--version",
                version,
                "--namespace",
                NAMESPACE,
                "--create-namespace",
                "--atomic",
                "--timeout",
                limit.toSeconds() + "s");
    }

    /** May throw {@link StepFailedException}. */
    void install(Kube kube, Duration limit) {
        run(
                "the KubeRay operator could not be installed in " + kube.server(),
                limit.plus(PATIENCE),
                install(limit));
    }

    /** What it would make, its CRDs first; throws if it is another chart than the scenario says. */
    List<HasMetadata> objects(Kube kube) {
        String trouble = "the chart %s cannot be used".formatted(location);
        String found =
                versionOf(
                        run(
                                trouble,
                                PATIENCE,
                                List.of("show", "chart", location, "--version", version)));
        if (!found.equals(version)) {
            throw new StepFailedException(
                    "the chart %s is %s, the scenario asks for %s"
                            .formatted(location, found.isEmpty() ? "none" : found, version),
                    "",
                    List.of("helm show chart " + location),
                    "correct kuberay.operatorVersion or kuberay.operatorChart");
        }
        List<String> template =
                new ArrayList<>(List.of("template", RELEASE, location, "--include-crds"));
        template.addAll(List.of("--version", version, "--namespace", NAMESPACE));
        String yaml = run(trouble, PATIENCE, template);
        return kube.client()
                .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items();
    }

    private static String versionOf(String chart) {
        Matcher found = VERSION.matcher(chart);
        return found.find() ? found.group(1) : "";
    }

    /** Its output. */
    private String run(String trouble, Duration limit, List<String> arguments) {
        try {
            Helm.Result result =
                    helm.run(limit, arguments)
                            .orElseThrow(
                                    () ->
                                            new StepFailedException(
                                                    "there is no helm on the PATH, which kuberay.operator: install needs",
                                                    "",
                                                    List.of(),
                                                    "install Helm 3.8 or newer here; or have the operator installed, and write operator: require"));
            if (!result.ok()) {
                throw new StepFailedException(
                        trouble,
                        "",
                        result.telling(),
                        "helm repo list; a chart of another place comes by kuberay.operatorChart: ./FOLDER, ./FILE.tgz, REPOSITORY/CHART or oci://...");
            }
            return result.output();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailedException("interrupted while helm ran", "", List.of(), "");
        }
    }
}
