package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.engine.EngineFacts;
import dev.shakedown.harness.engine.EngineLog;
import dev.shakedown.harness.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTransportTest {
    private static final String LOG =
            """
            (RayWorkerProc pid=44970, ip=10.0.0.2) node-b:44970:45100 [0] NCCL INFO Channel 00/0 : 0[0] -> 1[1] via P2P/CUMEM
            (RayWorkerProc pid=44970, ip=10.0.0.2) node-b:44970:45100 [0] NCCL INFO Channel 01/0 : 1[1] -> 8[0] [receive] via NET/IB/1/GDRDMA
            node-a:2833:2900 [0] NCCL INFO Channel 00/0 : 8[0] -> 1[1] [send] via %s
            """;

    @TempDir private Path folder;

    @Test
    void engineOnTheExpectedTransportIsFine() throws IOException {
        assertThat(EngineTransport.judge(expecting("NET/IB/GDRDMA"), facts("NET/IB/0/GDRDMA")))
                .isEmpty();
    }

    @Test
    void engineThatFellBackToSocketsFails() {
        assertThatThrownBy(
                        () ->
                                EngineTransport.judge(
                                        expecting("NET/IB/GDRDMA"), facts("NET/Socket/0")))
                .hasMessage("expect.transport is NET/IB/GDRDMA, the engine's NCCL uses NET/Socket");
    }

    @Test
    void logWithoutNcclLinesProvesNothing() {
        assertThat(EngineTransport.judge(expecting("NET/IB"), EngineFacts.NONE))
                .hasValueSatisfying(text -> assertThat(text).contains("names no NCCL channel"));
    }

    @Test
    void ncclIsMadeToTalkOnlyWhereATransportIsExpected() {
        EngineSite site = new EngineSite("127.0.0.1", 8000, "m", false);
        Scenario expecting = expecting("NET/IB");
        Scenario other = RunScenarios.withLoad(folder, "constant: 1/s");

        assertThat(env(expecting, site)).contains("NCCL_DEBUG");
        assertThat(env(other, site)).doesNotContain("NCCL_DEBUG");
    }

    private static Iterable<String> env(Scenario scenario, EngineSite site) {
        return EngineLaunch.command(scenario, scenario.engine().orElseThrow(), site).env().keySet();
    }

    private EngineFacts facts(String via) throws IOException {
        Path log = Files.writeString(folder.resolve("vllm.log"), LOG.formatted(via));
        return EngineLog.factsOf(log, "head");
    }

    private Scenario expecting(String transport) {
        return RunScenarios.of(
                folder,
                """
                schemaVersion: 1
                name: expecting
                question: Does it take the fast way?
                cluster: { provider: simulated, nodes: 2, gpusPerNode: 8, gpu: H100-SXM-80GB }
                engine: { model: m, tensorParallel: 8, pipelineParallel: 2 }
                smoke: off
                expect: { transport: %s }
                """
                        .formatted(transport));
    }
}
