package dev.shakedown.harness.run;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All faults but those of {@link FaultsTest}; minutes, mostly of waiting. */
class FaultsRealIT {
    @TempDir Path runs;

    static Stream<FaultRuns> others() {
        List<FaultRuns> ran = FaultsTest.mostTelling().toList();
        return FaultRuns.all().filter(run -> !ran.contains(run));
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("others")
    @Timeout(180)
    void endsAsItMust(FaultRuns run) {
        run.run(runs);
    }
}
