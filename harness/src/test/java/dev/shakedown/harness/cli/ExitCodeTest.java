package dev.shakedown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    private static final List<ExitCode> GRAVEST_FIRST =
            List.of(
                    ExitCode.BUG,
                    ExitCode.INTERRUPTED,
                    ExitCode.NOT_USABLE,
                    ExitCode.LIMIT_MISSED,
                    ExitCode.NOT_TRUSTED,
                    ExitCode.OK);

    @Test
    void severalRunsExitWithTheGravestOfThem() {
        List<ExitCode> rest = new ArrayList<>(GRAVEST_FIRST);
        while (!rest.isEmpty()) {
            assertThat(ExitCode.of(rest.reversed())).isEqualTo(rest.getFirst());
            rest.removeFirst();
        }
    }

    @Test
    void codesAreThoseOfTheReadme() {
        assertThat(GRAVEST_FIRST).extracting(ExitCode::code).containsExactly(70, 130, 3, 1, 4, 0);
        assertThat(ExitCode.USAGE.code()).isEqualTo(2);
    }
}
