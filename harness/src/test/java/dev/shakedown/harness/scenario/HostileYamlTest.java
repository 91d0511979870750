package dev.shakedown.harness.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files made to hurt: each ends quickly, in one line or a few. */
@Timeout(20)
class HostileYamlTest {
    private static final int HALF_A_MEBIBYTE = 1 << 19;

    @TempDir Path folder;

    @Test
    void bombOfAliasesIsRefusedUnexpanded() {
        String bomb =
                "a: &a [x, x]\n"
                        + IntStream.range(0, 25)
                                .mapToObj(
                                        i ->
                                                "%1$c: &%1$c [*%2$c, *%2$c]\n"
                                                        .formatted('b' + i, 'a' + i))
                                .collect(Collectors.joining());
        assertThat(Loads.problems(Loads.write(folder, bomb)))
                .contains("s.yaml:1:4: the anchor &a is not allowed; remove it")
                .contains("s.yaml:2:8: the alias *a is not allowed; write the value out");
    }

    @Test
    void aliasToItselfIsRefused() {
        assertThat(Loads.problems(Loads.write(folder, "a: &a [*a]\n")))
                .contains("s.yaml:1:8: the alias *a is not allowed; write the value out");
    }

    @Test
    void deepFlowNestingIsRefusedWithoutOverflow() {
        assertThat(Loads.problems(Loads.write(folder, "a: " + "[".repeat(HALF_A_MEBIBYTE))))
                .containsExactly(
                        "s.yaml:1:36: values are nested more than 32 deep; a scenario needs 6");
    }

    @Test
    void deepBlockNestingIsRefusedWithoutOverflow() {
        assertThat(Loads.problems(Loads.write(folder, "- ".repeat(HALF_A_MEBIBYTE))))
                .containsExactly(
                        "s.yaml:1:67: values are nested more than 32 deep; a scenario needs 6");
    }

    @Test
    void deepKeysAreRefusedWithoutOverflow() {
        assertThat(Loads.problems(Loads.write(folder, "? ".repeat(HALF_A_MEBIBYTE))))
                .containsExactly(
                        "s.yaml:1:67: values are nested more than 32 deep; a scenario needs 6");
    }

    @Test
    void twentyThousandUnknownKeysAreListedUpToAHundred() {
        String keys =
                IntStream.range(0, 20_000)
                        .mapToObj(i -> "key" + i + ": 1\n")
                        .collect(Collectors.joining());
        List<String> problems = Loads.problems(Loads.write(folder, keys));
        assertThat(problems).hasSize(101);
        assertThat(problems.getLast()).isEqualTo("s.yaml: and 19904 problems more");
    }

    @Test
    void hugeMatrixIsRefusedUnexpanded() {
        String values =
                IntStream.range(1, 2_000)
                        .mapToObj(String::valueOf)
                        .collect(Collectors.joining(","));
        String matrix =
                "matrix:\n"
                        + IntStream.range(0, 20)
                                .mapToObj(i -> "  engine.env.A" + i + ": [" + values + "]\n")
                                .collect(Collectors.joining());
        assertThat(Loads.problems(Loads.write(folder, matrix)))
                .contains("s.yaml:2:3: matrix has 1,999 variants or more; at most 100 are allowed");
    }

    @Test
    void longKeysAndValuesAreQuotedShort() {
        assertThat(
                        Loads.problems(
                                Loads.write(
                                        folder,
                                        "x".repeat(900) + ": 1\nname: " + "y z".repeat(9_000))))
                .allSatisfy(line -> assertThat(line.length()).isLessThan(220));
    }

    @Test
    void damagedFilesAreRejectedOrLoadedButNeverThrow() throws IOException {
        Random random = new Random(1);
        List<String> originals =
                List.of(
                        Files.readString(ShippedScenariosTest.SCENARIOS.resolve("shapes.yaml")),
                        Files.readString(ShippedScenariosTest.SCENARIOS.resolve("attach.yaml")),
                        Files.readString(Path.of("src/test/resources/corpus/good/full.yaml")));
        for (int i = 0; i < 500; i++) {
            String damaged = damaged(originals.get(i % originals.size()), random);
            ScenarioFile read = ScenarioLoader.load(Loads.write(folder, damaged), List.of());
            if (read instanceof ScenarioFile.Rejected rejected) {
                assertThat(rejected.problems()).as(damaged).isNotEmpty();
            }
        }
    }

    private static String damaged(String text, Random random) {
        StringBuilder damaged = new StringBuilder(text);
        String noise = "{}[]:,-&*!|>%@`\"'#?~ \n\t0159ashxe._\\";
        for (int i = 0; i <= random.nextInt(3); i++) {
            int at = random.nextInt(damaged.length());
            switch (random.nextInt(3)) {
                case 0 -> damaged.deleteCharAt(at);
                case 1 -> damaged.insert(at, noise.charAt(random.nextInt(noise.length())));
                default ->
                        damaged.delete(at, Math.min(damaged.length() - 1, at + random.nextInt(30)));
            }
        }
        return damaged.toString();
    }
}
