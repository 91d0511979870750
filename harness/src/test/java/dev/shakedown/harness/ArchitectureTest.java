package dev.shakedown.harness;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The dependency directions of the design, section 1. */
class ArchitectureTest {
    private static final String ROOT = "dev.shakedown.";
    private static final JavaClasses ALL =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.shakedown");

    @TestFactory
    Stream<DynamicTest> leavesSeeNeitherEachOtherNorTheHarness() {
        List<String> leaves = List.of("workloads", "reports", "simulator");
        return leaves.stream()
                .map(
                        leaf ->
                                rule(
                                        leaf,
                                        noClasses()
                                                .that()
                                                .resideInAPackage(ROOT + leaf + "..")
                                                .should()
                                                .dependOnClassesThat()
                                                .resideInAnyPackage(othersThan(leaf, leaves))));
    }

    @TestFactory
    Stream<DynamicTest> harnessImportsGoDownward() {
        return Stream.of(
                rule(
                        "cli > nightly > {run, history} > diagnosis > engine > cluster > scenario",
                        layeredArchitecture()
                                .consideringOnlyDependenciesInAnyPackage("dev.shakedown.harness..")
                                .withOptionalLayers(true)
                                .layer("cli")
                                .definedBy(ROOT + "harness.cli..")
                                .layer("nightly")
                                .definedBy(ROOT + "harness.nightly..")
                                .layer("run")
                                .definedBy(ROOT + "harness.run..")
                                .layer("history")
                                .definedBy(ROOT + "harness.history..")
                                .layer("diagnosis")
                                .definedBy(ROOT + "harness.diagnosis..")
                                .layer("engine")
                                .definedBy(ROOT + "harness.engine..")
                                .layer("cluster")
                                .definedBy(ROOT + "harness.cluster..")
                                .layer("scenario")
                                .definedBy(ROOT + "harness.scenario..")
                                .whereLayer("cli")
                                .mayNotBeAccessedByAnyLayer()
                                .whereLayer("nightly")
                                .mayOnlyBeAccessedByLayers("cli")
                                .whereLayer("run")
                                .mayOnlyBeAccessedByLayers("cli", "nightly")
                                .whereLayer("history")
                                .mayOnlyBeAccessedByLayers("cli")
                                .whereLayer("diagnosis")
                                .mayOnlyBeAccessedByLayers("cli", "nightly", "run")
                                .whereLayer("engine")
                                .mayOnlyBeAccessedByLayers("cli", "nightly", "run", "diagnosis")
                                .whereLayer("cluster")
                                .mayOnlyBeAccessedByLayers(
                                        "cli", "nightly", "run", "diagnosis", "engine")));
    }

    @TestFactory
    Stream<DynamicTest> eachLeafIsImportedWhereTheDesignSays() {
        return Stream.of(
                importedOnlyBy("workloads..", "harness.scenario..", "harness.run.."),
                importedOnlyBy(
                        "reports..", "harness.run..", "harness.history..", "harness.nightly.."),
                // The names of faults are a scenario's words, as its load is a plan of workloads.
                importedOnlyBy("simulator..", "harness.cluster..", "harness.scenario.."),
                rule(
                        "scenario > simulator.fault",
                        noClasses()
                                .that()
                                .resideInAPackage(ROOT + "harness.scenario..")
                                .should()
                                .dependOnClassesThat(
                                        resideInAPackage(ROOT + "simulator..")
                                                .and(
                                                        resideOutsideOfPackage(
                                                                ROOT + "simulator.fault..")))));
    }

    @TestFactory
    Stream<DynamicTest> oneHomePerLibrary() {
        return Stream.of(
                libraryOnlyIn("org.jfree..", "reports.chart.."),
                libraryOnlyIn("org.apache.commons.statistics..", "reports.regression.."),
                libraryOnlyIn("picocli..", "harness.cli.."),
                libraryOnlyIn("org.jdbi..", "harness.history.."),
                libraryOnlyIn("org.flywaydb..", "harness.history.."),
                libraryOnlyIn("org.sqlite..", "harness.history.."),
                libraryOnlyIn("org.postgresql..", "harness.history.."),
                libraryOnlyIn("io.netty..", "simulator..", "workloads.openai.."),
                libraryOnlyIn(
                        "tools.jackson.dataformat.yaml..",
                        "harness.scenario..",
                        "harness.diagnosis.."));
    }

    private static DynamicTest importedOnlyBy(String leaf, String... importers) {
        String[] allowed =
                Stream.concat(Stream.of(leaf), Stream.of(importers))
                        .map(ROOT::concat)
                        .toArray(String[]::new);
        return rule(
                leaf + " only by " + List.of(importers),
                noClasses()
                        .that()
                        .resideOutsideOfPackages(allowed)
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(ROOT + leaf));
    }

    private static DynamicTest libraryOnlyIn(String library, String... homes) {
        String[] allowed = Stream.of(homes).map(ROOT::concat).toArray(String[]::new);
        return rule(
                library + " only in " + List.of(homes),
                noClasses()
                        .that()
                        .resideOutsideOfPackages(allowed)
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(library));
    }

    private static String[] othersThan(String leaf, List<String> leaves) {
        return Stream.concat(leaves.stream(), Stream.of("harness"))
                .filter(module -> !module.equals(leaf))
                .map(module -> ROOT + module + "..")
                .toArray(String[]::new);
    }

    private static DynamicTest rule(String name, ArchRule rule) {
        return DynamicTest.dynamicTest(name, () -> rule.allowEmptyShould(true).check(ALL));
    }
}
