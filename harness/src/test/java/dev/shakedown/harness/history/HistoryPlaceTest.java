package dev.shakedown.harness.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryPlaceTest {
    private static final String URL = "jdbc:postgresql://db.example/shakedown?user=ada";

    @TempDir private Path runs;

    @Test
    void withoutAWordItIsAFileBesideTheRuns() {
        HistoryPlace place = HistoryPlace.of(runs, Map.of("SHAKEDOWN_HISTORY", ""));
        assertThat(place.server()).isEmpty();
        assertThat(place).hasToString(runs.resolve("history.db").toString());
        assertThat(place.origin()).as("moves with its folder").isEmpty();
    }

    @Test
    void rowsOfAServerSayWhoseTheyAre() {
        HistoryPlace place = HistoryPlace.of(runs, Map.of("SHAKEDOWN_HISTORY", URL));
        assertThat(place.origin()).endsWith(":" + runs).doesNotStartWith(":");
    }

    @Test
    void passwordComesFromTheEnvironmentOrAFileAndIsNeverShown() throws IOException {
        Path file = Files.writeString(runs.resolve("secret"), "from-a-file\n");
        HistoryPlace place =
                HistoryPlace.of(
                        runs,
                        Map.of("SHAKEDOWN_HISTORY", URL, "SHAKEDOWN_HISTORY_PASSWORD", "s3cret"));
        assertThat(place.server().orElseThrow().password()).contains("s3cret");
        assertThat(place.toString() + place.server()).doesNotContain("s3cret");
        HistoryPlace other =
                HistoryPlace.of(
                        runs,
                        Map.of(
                                "SHAKEDOWN_HISTORY",
                                URL,
                                "SHAKEDOWN_HISTORY_PASSWORD_FILE",
                                file.toString()));
        assertThat(other.server().orElseThrow().password()).contains("from-a-file");
    }

    @ParameterizedTest
    @CsvSource({
        "mysql://db/x, must begin with jdbc:postgresql://",
        "jdbc:postgresql://db/x?user=ada&password=hunter2, holds a password",
        "jdbc:postgresql://ada:hunter2@db/x, holds a password"
    })
    void urlThatCannotBeUsedIsRefusedWithoutRepeatingIt(String url, String why) {
        assertThatThrownBy(() -> HistoryPlace.of(runs, Map.of("SHAKEDOWN_HISTORY", url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void passwordFileThatCannotBeReadIsNamed() {
        Map<String, String> environment =
                Map.of(
                        "SHAKEDOWN_HISTORY",
                        URL,
                        "SHAKEDOWN_HISTORY_PASSWORD_FILE",
                        "/no/such/file");
        assertThatThrownBy(() -> HistoryPlace.of(runs, environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/no/such/file");
    }

    @Test
    void serverThatDoesNotAnswerIsNamedWithWhatToDo() {
        HistoryPlace place =
                HistoryPlace.of(
                        runs, Map.of("SHAKEDOWN_HISTORY", "jdbc:postgresql://127.0.0.1:1/none"));
        assertThatThrownBy(() -> History.open(place))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/none cannot be used")
                .hasMessageContaining("refused")
                .hasMessageContaining("SHAKEDOWN_HISTORY");
    }
}
