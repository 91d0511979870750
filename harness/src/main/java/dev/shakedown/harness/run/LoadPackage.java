package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.CacheFolder;
import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.local.Folders;
import dev.shakedown.harness.cluster.ray.WorkingDirectory;
import dev.shakedown.workloads.agent.LoadAgent;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What a node needs to make a load: the load generator's jars and a Java to run them, since nodes
 * of a GPU cluster have none. About 30 MB, made once for each build and kept in the user's cache.
 */
final class LoadPackage {
    private static final String NAME = "load generator";
    private static final String TROUBLE = "the load generator cannot be packed for the cluster";
    private static final Duration KEPT = Duration.ofDays(7);
    private static final String LIB = "lib/";
    private static final String RUNTIME = "runtime/";

    /** As the launcher has it: a pause delays every send that falls into it. */
    private static final String JVM =
            "-XX:+UseG1GC -XX:MaxGCPauseMillis=5 -Xms128m -Xmx2g --enable-native-access=ALL-UNNAMED"
                    + " --sun-misc-unsafe-memory-access=allow";

    private final Path cache;
    private final Path jar;

    /** Of the running build. */
    static LoadPackage ofThisBuild() {
        return new LoadPackage(CacheFolder.of(System.getenv()), jarOf(LoadAgent.class));
    }

    /**
     * @param jar that names its program and the other jars in its manifest
     */
    LoadPackage(Path cache, Path jar) {
        this.cache = cache;
        this.jar = jar;
    }

    /**
     * A shell line that runs it, in the package's folder.
     *
     * @param word the program's only argument, of letters, digits, -, _ and dots
     */
    String entrypoint(String word) {
        // Neither zip files nor Ray keep the permission.
        return "chmod +x %1$sbin/java && exec %1$sbin/java %2$s -jar %3$s%4$s %5$s"
                .formatted(RUNTIME, JVM, LIB, jar.getFileName(), word);
    }

    /** Makes it, so that trouble with that comes before a cluster is held. */
    Check check() {
        try {
            long size = Files.size(zip());
            return new Check(
                    NAME,
                    Check.Verdict.OK,
                    "%d MB for a node of the cluster".formatted(size / 1_000_000),
                    "");
        } catch (IOException e) {
            return new Check(
                    NAME, Check.Verdict.FAILED, TROUBLE + ": " + e, PackTrouble.next(e, cache));
        }
    }

    /** As Ray takes it. */
    WorkingDirectory files() {
        try {
            return WorkingDirectory.ofZip(Files.readAllBytes(zip()));
        } catch (IOException e) {
            throw new StepFailedException(
                    TROUBLE, "", List.of(e.toString()), PackTrouble.next(e, cache));
        }
    }

    /** Where it is; made if it is not there. */
    private Path zip() throws IOException {
        Path folder = cache.resolve("load");
        Path zip = folder.resolve("load-%s.zip".formatted(key()));
        if (!Files.exists(zip)) {
            make(folder, zip);
        }
        touch(zip);
        return zip;
    }

    /** All that the package is made of. */
    private String key() throws IOException {
        CRC32 sum = new CRC32();
        for (Path one : jars()) {
            sum.update(one.getFileName().toString().getBytes(StandardCharsets.UTF_8));
            sum.update(Files.readAllBytes(one));
        }
        sum.update(JavaRuntime.MODULES.getBytes(StandardCharsets.UTF_8));
        return "%s-%s-%s-%08x"
                .formatted(
                        Runtime.version(),
                        System.getProperty("os.name").replace(' ', '_'),
                        System.getProperty("os.arch"),
                        sum.getValue());
    }

    private void make(Path folder, Path zip) throws IOException {
        Files.createDirectories(folder);
        Path draft = Files.createTempFile(folder, ".load", ".tmp");
        Path made = Files.createTempDirectory(folder, ".runtime");
        try {
            pack(JavaRuntime.in(made), draft);
            Files.move(draft, zip, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
            Folders.delete(made);
        }
        forgetOlder(folder);
    }

    private void pack(Path runtime, Path draft) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(draft))) {
            for (Path one : jars()) {
                add(out, LIB + one.getFileName(), one);
            }
            try (Stream<Path> all = Files.walk(runtime)) {
                for (Path one : all.filter(Files::isRegularFile).toList()) {
                    add(out, RUNTIME + runtime.relativize(one), one);
                }
            }
        }
    }

    private static void add(ZipOutputStream out, String name, Path file) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        Files.copy(file, out);
    }

    private List<Path> jars() throws IOException {
        List<Path> all = new ArrayList<>(List.of(jar));
        try (JarFile open = new JarFile(jar.toFile())) {
            String names =
                    Optional.ofNullable(open.getManifest().getMainAttributes())
                            .map(main -> main.getValue(Attributes.Name.CLASS_PATH))
                            .orElse("");
            Arrays.stream(names.split(" "))
                    .filter(name -> !name.isBlank())
                    .map(jar::resolveSibling)
                    .forEach(all::add);
        }
        return all;
    }

    /** A user of it does not lose it to somebody who makes another; a cache may be read-only. */
    private static void touch(Path zip) {
        try {
            Files.setLastModifiedTime(zip, FileTime.from(Instant.now()));
        } catch (IOException readOnly) {
            return;
        }
    }

    /** Earlier builds do not come back; what was used of late may be in use. */
    private static void forgetOlder(Path folder) {
        Instant since = Instant.now().minus(KEPT);
        try (Stream<Path> all = Files.list(folder)) {
            for (Path one : all.toList()) {
                if (Files.getLastModifiedTime(one).toInstant().isBefore(since)) {
                    Folders.delete(one);
                }
            }
        } catch (IOException | UncheckedIOException anotherIsAtIt) {
            // What it makes comes and goes; there is a next time.
            return;
        }
    }

    static Path jarOf(Class<?> type) {
        try {
            return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toPath();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("no file name", e);
        }
    }
}
