package dev.shakedown.harness.run;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fault that the simulator knows, on the real load generator; minutes, mostly of waiting. */
class FaultsRealIT {
    @TempDir Path runs;

    static Stream<FaultRuns> all() {
        return FaultRuns.all();
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("all")
    @Timeout(180)
    void endsAsItMust(FaultRuns run) {
        run.run(runs);
    }
}
