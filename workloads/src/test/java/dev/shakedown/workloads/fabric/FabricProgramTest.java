package dev.shakedown.workloads.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of the job's program on a real Python, beside a Ray that has nothing but names. */
class FabricProgramTest {
    private static final String NO_RAY =
            """
            import sys, types
            ray = types.ModuleType("ray")
            ray.remote = lambda **options: lambda actor: actor
            places = types.ModuleType("ray.util.scheduling_strategies")
            places.NodeAffinitySchedulingStrategy = object
            sys.modules.update({"ray": ray, "ray.util": types.ModuleType("ray.util"), places.__name__: places})
            """;

    @TempDir private Path folder;

    @BeforeEach
    void unpack() throws IOException {
        for (Map.Entry<String, String> file : FabricJob.files().entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
    }

    @Test
    void onlyAReasonThatSaysSoIsATimeout() throws Exception {
        assertThat(
                        python(
                                """
                                import fabric_job
                                job = fabric_job.Fabric(fabric_job.arguments([]))
                                for reason in ("RuntimeError: no device", "no answer within 5 s",
                                               "DistStoreError: Timed out after 6 seconds",
                                               "RuntimeError: wait timeout after 20000ms"):
                                    print(job.judged([0, 1], {}, {1: reason})["result"])
                                """))
                .isEqualTo("error\ntimeout\ntimeout\ntimeout\n");
    }

    @Test
    void logThatAKilledRankLeavesGoesWithTheJobsFolder() throws Exception {
        assertThat(
                        python(
                                """
                                import os
                                import fabric_rank
                                print(os.path.dirname(fabric_rank.Rank(0).nccl_log) == os.getcwd())
                                """))
                .isEqualTo("True\n");
    }

    @Test
    void callThatTheOwnHostForbidsIsDenied() throws Exception {
        assertThat(
                        python(
                                """
                                import errno, socket
                                import fabric_rank
                                for number in (errno.EPERM, errno.EACCES, errno.EHOSTUNREACH, errno.EMFILE):
                                    def refuse(*to, **options):
                                        raise OSError(number, "no")
                                    socket.create_connection = refuse
                                    print(fabric_rank.call("10.0.0.2", 41023, b"word", 1)[0])
                                """))
                .isEqualTo("denied\ndenied\nunreachable\nerror\n");
    }

    private String python(String script) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("python3", "-c", NO_RAY + script)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
