package dev.shakedown.workloads.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FabricCheckTest {
    private static final FabricCheck CHECK = new FabricCheck(Optional.empty(), Map.of());
    private static final String RDMA = "NET/IB/GDRDMA";

    @Test
    void goldenLogPassesAndSaysHowFast() {
        FabricOutcome outcome = CHECK.outcome(GoldenFabricLog.lines());

        assertThat(outcome).isInstanceOf(FabricOutcome.Passed.class);
        assertThat(outcome.text())
                .isEqualTo(
                        "4 ranks on nccl, 237 GB/s bus; between the nodes 46 GB/s over NET/IB/GDRDMA");
    }

    @Test
    void blockedDirectionIsNamedWithItsHostsAndWhatToOpen() {
        List<FabricLine> lines =
                GoldenFabricLog.with(
                        line ->
                                line.contains("\"from\":\"10.0.0.2\"")
                                        ? line.replace("\"ok\"", "\"timeout\"")
                                        : ended(line, "fabric blocked"));

        FabricOutcome outcome = CHECK.outcome(lines);

        assertThat(outcome).isInstanceOf(FabricOutcome.Blocked.class);
        assertThat(outcome.text())
                .isEqualTo(
                        "node-b (10.0.0.2) cannot reach node-a (10.0.0.1) by TCP on ephemeral ports"
                                + " (port 50717: timeout), although Ray's own ports work:"
                                + " 1 of 2 directions are open");
        assertThat(outcome.next())
                .contains("all TCP from 10.0.0.2 to 10.0.0.1 and back")
                .contains("net.ipv4.ip_local_port_range (32768-60999)");
    }

    @Test
    void deniedCallIsTheCallersOwnDoing() {
        List<FabricLine> lines =
                GoldenFabricLog.with(
                        line ->
                                line.replace(
                                        "41023,\"result\":\"ok\"", "41023,\"result\":\"denied\""));

        assertThat(CHECK.outcome(lines).next())
                .startsWith("10.0.0.1 itself does not let its processes connect to 10.0.0.2")
                .contains("ip route get 10.0.0.2", "SELinux")
                .doesNotContain("firewalls");
    }

    /** Whichever end of the direction it is. */
    @Test
    void anAddressThatOnlyItsOwnMachineHasIsBlamedAndNoFirewall() {
        for (String port : List.of("41023", "50717")) {
            List<FabricLine> lines =
                    GoldenFabricLog.with(
                            line ->
                                    line.replace("10.0.0.2", "172.17.0.1")
                                            .replace(
                                                    port + ",\"result\":\"ok\"",
                                                    port + ",\"result\":\"timeout\""));

            assertThat(CHECK.outcome(lines).next())
                    .startsWith("172.17.0.1 is no address for other machines")
                    .contains("start Ray on node-b")
                    .doesNotContain("firewalls");
        }
    }

    @Test
    void eachWayToFailHasItsAdvice() {
        List<FabricLine> lines =
                GoldenFabricLog.with(
                        line ->
                                line.replace(
                                                "41023,\"result\":\"ok\"",
                                                "41023,\"result\":\"stranger\"")
                                        .replace(
                                                "50717,\"result\":\"ok\"",
                                                "50717,\"result\":\"timeout\""));

        assertThat(CHECK.outcome(lines).next())
                .contains("from 10.0.0.1 something else answers at 10.0.0.2", "arping -D 10.0.0.2")
                .contains("accept all TCP from 10.0.0.2 to 10.0.0.1")
                .doesNotContain("15000-31999");
    }

    @Test
    void blockedTcpExplainsTheAbsentRanks() {
        List<FabricLine> lines =
                GoldenFabricLog.with(
                        line ->
                                line.replace("\"absent\":[]", "\"absent\":[2]")
                                        .replace(
                                                "41023,\"result\":\"ok\"",
                                                "41023,\"result\":\"refused\""));

        assertThat(CHECK.outcome(lines)).isInstanceOf(FabricOutcome.Blocked.class);
    }

    @Test
    void variablesThatDidNotArriveExplainTheAbsentRanks() {
        FabricCheck check =
                new FabricCheck(
                        Optional.empty(),
                        Map.of(
                                "10.0.0.1", Map.of("VLLM_HOST_IP", "10.0.0.1"),
                                "10.0.0.2",
                                        Map.of("NCCL_DEBUG", "INFO", "VLLM_HOST_IP", "10.9.9.9")));

        FabricOutcome outcome =
                check.outcome(
                        GoldenFabricLog.with(
                                line -> line.replace("\"absent\":[]", "\"absent\":[2]")));

        assertThat(outcome).isInstanceOf(FabricOutcome.WrongEnvironment.class);
        assertThat(outcome.text())
                .isEqualTo(
                        "in Ray's processes NCCL_DEBUG on node-b (10.0.0.2) is not set instead of INFO;"
                                + " VLLM_HOST_IP on node-b (10.0.0.2) is 10.0.0.2 instead of 10.9.9.9");
    }

    @Test
    void rayMayPutItsOwnInFrontOfASearchPath() {
        FabricCheck check =
                new FabricCheck(
                        Optional.empty(),
                        Map.of("10.0.0.1", Map.of("PATH", "/opt/bin:/bin", "PYTHONPATH", "/site")));

        assertThat(check.outcome(withPaths("/ray/bin:/opt/bin:/bin", "/ray/files:/site")))
                .isInstanceOf(FabricOutcome.Passed.class);
        assertThat(check.outcome(withPaths("/opt/bin:/bin", "/ray/my/site")).text())
                .isEqualTo(
                        "in Ray's processes PYTHONPATH on node-a (10.0.0.1) is /ray/my/site instead of /site");
    }

    private static List<FabricLine> withPaths(String path, String pythonPath) {
        return GoldenFabricLog.with(
                line ->
                        line.replace(
                                "\"env\":{",
                                "\"env\":{\"PATH\":\"%s\",\"PYTHONPATH\":\"%s\","
                                        .formatted(path, pythonPath)));
    }

    @Test
    void absentRanksAreNamedWithTheirNodes() {
        List<FabricLine> lines =
                GoldenFabricLog.with(
                        line ->
                                line.contains("allreduce")
                                        ? line.replace("\"ok\"", "\"timeout\"")
                                                .replace(
                                                        "[],\"error\":null",
                                                        "[1,3],\"error\":\"rank 1: silent\"")
                                        : ended(line, "late"));

        assertThat(CHECK.outcome(lines).text())
                .isEqualTo(
                        "absent from the all-reduce: rank 1 on node-a, rank 3 on node-b; rank 1: silent");
    }

    @Test
    void ranksOfOneNodeAreNamedTogetherAndOnesThatOnlyLookedOnAreCounted() {
        RankPlaces places = RankPlaces.of(GoldenFabricLog.lines());
        List<FabricLine> fewer =
                GoldenFabricLog.with(
                        line -> line.replace("\"ranks\":[0,1,2,3]", "\"ranks\":[0,2]"));

        assertThat(places.named(List.of(0, 1, 3)))
                .isEqualTo("ranks 0 to 1 on node-a, rank 3 on node-b");
        assertThat(CHECK.outcome(fewer).text()).startsWith("2 of 4 ranks on nccl");
    }

    @Test
    void rankThatWasNeverPlacedIsNamedByThePlan() {
        List<FabricLine> lines =
                GoldenFabricLog.with(
                        line ->
                                line.contains("\"rank\":3,\"nodeId\"")
                                        ? ""
                                        : line.replace("\"absent\":[]", "\"absent\":[3]"));

        assertThat(CHECK.outcome(lines).text()).contains("rank 3 on 10.0.0.2");
    }

    @Test
    void wrongSumNamesThePair() {
        List<FabricLine> lines =
                GoldenFabricLog.with(
                        line ->
                                line.contains("fabric.pair")
                                        ? line.replace("\"ok\"", "\"wrong\"")
                                                .replace(
                                                        "\"error\":null",
                                                        "\"error\":\"number 5 is 1\"")
                                        : ended(line, "wrong"));

        assertThat(CHECK.outcome(lines))
                .isEqualTo(new FabricOutcome.WrongValue("node-a – node-b", "number 5 is 1"));
    }

    @Test
    void allReduceThatFailedWithAllThereSaysWhichPairsFailToo() {
        List<FabricLine> lines =
                GoldenFabricLog.with(
                        line ->
                                line.contains("\"bytes\"")
                                        ? line.replace("\"ok\"", "\"error\"")
                                                .replace(
                                                        "\"error\":null",
                                                        "\"error\":\"no such device\"")
                                        : ended(line, "broken"));

        assertThat(CHECK.outcome(lines).text())
                .isEqualTo(
                        "the fabric job was not finished: the all-reduce over all 4 ranks failed: no such device;"
                                + " of the pairs failed: node-a – node-b");
    }

    @Test
    void transportIsJudgedOnChannelsBetweenNodesOnly() {
        FabricCheck rdma = new FabricCheck(Optional.of(RDMA), Map.of());

        assertThat(rdma.outcome(GoldenFabricLog.lines())).isInstanceOf(FabricOutcome.Passed.class);
        assertThat(
                        rdma.outcome(
                                GoldenFabricLog.with(
                                        line -> line.replace("NET/IB/1/GDRDMA", "NET/Socket/0"))))
                .isEqualTo(new FabricOutcome.WrongTransport(RDMA, List.of("NET/Socket")));
    }

    @Test
    void expectedTransportThatNobodyNamesIsUnprovedAndGlooIsWrong() {
        FabricCheck rdma = new FabricCheck(Optional.of(RDMA), Map.of());
        List<FabricLine> silent =
                GoldenFabricLog.with(line -> line.contains("fabric.transport") ? "" : line);
        List<FabricLine> gloo =
                GoldenFabricLog.with(
                        line ->
                                line.contains("fabric.transport")
                                        ? ""
                                        : line.replace(
                                                "\"nccl\",\"result\"", "\"gloo\",\"result\""));

        assertThat(((FabricOutcome.Passed) rdma.outcome(silent)).remarks())
                .singleElement()
                .asString()
                .contains("not proved: expect.transport", "no channel between nodes");
        assertThat(rdma.outcome(gloo)).isInstanceOf(FabricOutcome.WrongTransport.class);
    }

    @Test
    void nodeThatUsesFewerPortsThanTheOthersIsNamed() {
        String using = "[0] NCCL INFO NET/IB : Using [0]mlx5_0:1/IB%s [RO]; OOB eth0:10.0.0.1<0>";
        String more = " [1]mlx5_1:1/RoCE";
        List<FabricLine> lines = new ArrayList<>(GoldenFabricLog.lines());
        lines.add(new FabricLine.Log(0, using.formatted(more)));
        lines.add(new FabricLine.Log(2, using.formatted("")));
        List<FabricLine> even = new ArrayList<>(GoldenFabricLog.lines());
        even.add(new FabricLine.Log(0, using.formatted(more)));
        even.add(new FabricLine.Log(2, using.formatted(" [1]mlx5_7:1/RoCE")));

        assertThat(((FabricOutcome.Passed) CHECK.outcome(lines)).remarks())
                .singleElement()
                .asString()
                .startsWith("NCCL uses 2 InfiniBand ports of a node, but on node-b 1: ");
        assertThat(((FabricOutcome.Passed) CHECK.outcome(even)).remarks()).isEmpty();
    }

    @Test
    void withoutTorchTcpIsStillProved() {
        List<FabricLine> lines =
                FabricLineParser.parseAll(
                        List.of(
                                GoldenFabricLog.text().get(6),
                                GoldenFabricLog.text().get(7),
                                "{\"step\":\"fabric.torch\",\"torch\":null,\"backend\":null,"
                                        + "\"error\":\"ModuleNotFoundError on node-b\"}",
                                "{\"step\":\"fabric.end\",\"result\":\"ok\",\"seconds\":4}"));

        assertThat(CHECK.outcome(lines))
                .isEqualTo(new FabricOutcome.TcpOnly(2, "ModuleNotFoundError on node-b"));
    }

    @Test
    void jobThatWasStoppedIsNotFinishedUnlessItsLinesNameACause() {
        assertThat(CHECK.outcome(List.of(), "stopped"))
                .isEqualTo(new FabricOutcome.NotFinished("stopped"));
        assertThat(CHECK.outcome(List.of()))
                .isEqualTo(new FabricOutcome.NotFinished("the job's last line is missing"));
        assertThat(
                        CHECK.outcome(
                                GoldenFabricLog.with(
                                        line ->
                                                line.replace(
                                                        "50717,\"result\":\"ok\"",
                                                        "50717,\"result\":\"timeout\"")),
                                "stopped"))
                .isInstanceOf(FabricOutcome.Blocked.class);
    }

    private static String ended(String line, String error) {
        return line.contains("fabric.end")
                ? line.replace("\"ok\"", "\"error\"")
                        .replace("\"error\":null", "\"error\":\"" + error + "\"")
                : line;
    }
}
