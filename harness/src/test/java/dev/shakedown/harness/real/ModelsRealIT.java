package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Models from a hub to real hosts, by the real huggingface_hub. The hub alone is a stand-in. */
@Timeout(120)
@Isolated("it has the hosts to itself")
class ModelsRealIT {
    private static final Duration END = Duration.ofSeconds(60);
    private static final String OWN_DISK = "/tmp/hub";

    private static final String SCENARIO =
            """
            schemaVersion: 1
            name: models
            question: Does every host get the model?
            cluster: { provider: ssh, nodes: 2, gpusPerNode: 1 }
            ssh: { hosts: [h1, h2] }
            engine: { model: org/m, tensorParallel: 2 }
            """;

    private static RealHosts hosts;

    @TempDir Path folder;
    private StandInHub hub;

    @BeforeAll
    static void bringUpHosts() throws Exception {
        hosts = RealHosts.up(2);
    }

    @AfterAll
    static void endHosts() throws Exception {
        hosts.down();
    }

    @BeforeEach
    void openHub() throws IOException {
        hub = new StandInHub("10.77.0.1");
    }

    @AfterEach
    void closeHub() throws Exception {
        hub.close();
        for (String host : List.of("h1", "h2")) {
            hosts.on(host, "rm -rf " + OWN_DISK);
        }
        hosts.assertClean();
    }

    @Test
    void eachDiskGetsWhatItLacksOnce() throws Exception {
        assertThat(run(0, OWN_DISK))
                .contains("0.3 MB downloaded on h1, 0.3 MB downloaded on h2")
                .doesNotContain("share");
        assertThat(hub.sent).filteredOn("model.safetensors"::equals).hasSize(2);
        assertThat(hub.sent).doesNotContain("pytorch_model.bin");

        assertThat(run(0, OWN_DISK)).contains("org/m is complete on 2 hosts");
        assertThat(hub.sent).filteredOn("model.safetensors"::equals).hasSize(2);

        hosts.on(
                "h2",
                "truncate -s 1000 $(readlink -f %s/models*/snapshots/*/*.safetensors)"
                        .formatted(OWN_DISK));
        assertThat(run(0, OWN_DISK)).contains("org/m: 0.3 MB downloaded on h2 (");
        assertThat(hub.sent).filteredOn("model.safetensors"::equals).hasSize(3);

        hub.close();
        assertThat(run(0, OWN_DISK)).contains("org/m is complete on 2 hosts");
    }

    @Test
    void hostsThatShareADiskDownloadOnce() throws Exception {
        Path shared = Files.createTempDirectory(Path.of("/var/tmp"), "shakedown-hub");
        try {
            assertThat(run(0, shared.toString()))
                    .contains("0.3 MB downloaded on h1 for 2 hosts that share it");
            assertThat(hub.sent).filteredOn("model.safetensors"::equals).hasSize(1);
            try (var left = Files.list(shared)) {
                assertThat(left.map(path -> path.getFileName().toString()))
                        .noneMatch(name -> name.startsWith(".shakedown"));
            }
        } finally {
            hosts.on("h1", "rm -rf " + shared);
        }
    }

    @Test
    void gatedRepositoryNeedsAToken() throws Exception {
        hub.gated = true;
        assertThat(run(3, OWN_DISK))
                .contains("h1: no org/m: the repository is gated, and there is no token")
                .contains("engine.hfTokenFile");

        Path token = Files.writeString(folder.resolve("token"), StandInHub.TOKEN + "\n");
        assertThat(run(0, OWN_DISK, "--set", "engine.hfTokenFile=" + token))
                .contains("downloaded on h1, 0.3 MB downloaded on h2");
        try (var written = Files.walk(folder)) {
            assertThat(written.filter(Files::isRegularFile).filter(file -> !file.equals(token)))
                    .isNotEmpty()
                    .noneMatch(ModelsRealIT::holdsTheToken);
        }
    }

    @Test
    void diskThatIsTooSmallIsSaidBeforeTheDownload() throws Exception {
        hub.claimed.put("model.safetensors", 5_000_000_000L);
        assertThat(run(3, "/dev/shm/hub"))
                .contains(
                        "h1: 5.0 GB of org/m are missing, and the disk of /dev/shm/hub has 2.1 GB free")
                .contains("engine.modelCache");
        assertThat(hub.sent).isEmpty();
        hosts.on("h1", "rm -rf /dev/shm/hub");
        hosts.on("h2", "rm -rf /dev/shm/hub");
    }

    @Test
    void saysThatThereIsNoSuchModelOrNoHub() throws Exception {
        assertThat(run(3, OWN_DISK, "--set", "engine.model=org/other"))
                .contains("h1: no org/other: the hub has no such repository, or it is private");
        hub.close();
        assertThat(run(3, OWN_DISK))
                .contains(
                        "h1: no org/m: it is not in the cache /tmp/hub, and the hub cannot be asked");
    }

    @Test
    void folderThatOneHostLacksNamesTheHost() throws Exception {
        hosts.on("h1", "mkdir -p /tmp/hub; echo '{}' > /tmp/hub/config.json");
        assertThat(run(3, OWN_DISK, "--set", "engine.model=/tmp/hub"))
                .contains("h2: no /tmp/hub: /tmp/hub has no config.json");
    }

    private String run(int exit, String cache, String... more) throws Exception {
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                "--stop-after",
                                "ModelReady",
                                "--set",
                                "engine.env={HF_ENDPOINT: %s}".formatted(hub.url()),
                                "--set",
                                "engine.modelCache=" + cache));
        settings.addAll(List.of(more));
        Path scenario = Files.writeString(folder.resolve("models.yaml"), SCENARIO);
        try (ShakedownProcess run =
                ShakedownProcess.run(
                        folder, scenario, hosts.settings(settings.toArray(String[]::new)))) {
            assertThat(run.exitCode(END)).as(run.tail()).isEqualTo(exit);
            assertThat(run.output()).doesNotContain("Exception");
            return run.output();
        }
    }

    private static boolean holdsTheToken(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .contains(StandInHub.TOKEN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
