package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Check;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadPackageTest {
    private static final Instant LONG_AGO = Instant.now().minus(Duration.ofDays(8));

    @TempDir Path folder;

    /** What the package runs here: needs the jar beside it, as the load agent does. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws IOException {
            try (var in = Program.class.getResourceAsStream("/beside.txt")) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                Files.writeString(Path.of(args[0]), text + Runtime.version().feature());
            }
        }
    }

    @Test
    void whatIsUnpackedOnANodeRunsThereWithAJavaOfItsOwn() throws Exception {
        Path cache = Files.createDirectories(folder.resolve("cache"));
        Path unused = old(cache, "load-of-an-earlier-build.zip");
        Path draft = old(cache, ".load-of-one-that-was-killed.tmp");
        Path inUse = Files.writeString(cache.resolve("load/load-of-another-build.zip"), "its");
        LoadPackage load = new LoadPackage(cache, jars("beside "));
        assertThat(load.check().verdict()).isEqualTo(Check.Verdict.OK);
        assertThat(unused).doesNotExist();
        assertThat(draft).doesNotExist();
        assertThat(inUse).exists();
        Files.delete(inUse);
        Path zip = only(cache);
        assertThat(zip.getFileName().toString())
                .contains(Runtime.version().toString(), System.getProperty("os.arch"));
        Files.setLastModifiedTime(zip, FileTime.from(LONG_AGO));
        String made = load.files().name();
        assertThat(load.files().name()).as("made once").isEqualTo(made);
        assertThat(Files.getLastModifiedTime(zip).toInstant()).as("in use").isAfter(LONG_AGO);
        Path node = Files.createDirectories(folder.resolve("node"));
        unpack(zip, node);

        Process run =
                new ProcessBuilder("sh", "-c", load.entrypoint("said"))
                        .directory(node.toFile())
                        .redirectErrorStream(true)
                        .start();

        String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(run.waitFor()).as(output).isZero();
        assertThat(node.resolve("said")).hasContent("beside " + Runtime.version().feature());
    }

    @Test
    void packageThatCannotBeMadeFailsItsCheckWithWhatHappened() throws Exception {
        Path cache = Files.writeString(folder.resolve("cache"), "no folder");

        Check check = new LoadPackage(cache, jars("beside ")).check();

        assertThat(check.verdict()).isEqualTo(Check.Verdict.FAILED);
        assertThat(check.detail()).contains("cannot be packed", "Not a directory");
        assertThat(check.next()).startsWith("look at " + cache);
    }

    private static Path old(Path cache, String name) throws IOException {
        Path file = Files.createDirectories(cache.resolve("load")).resolve(name);
        Files.writeString(file, "not used for long");
        return Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    }

    private static Path only(Path cache) throws IOException {
        try (Stream<Path> all = Files.list(cache.resolve("load"))) {
            List<Path> found = all.toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }

    private Path jars(String text) throws IOException {
        Path lib = Files.createDirectories(folder.resolve("lib"));
        jar(
                lib.resolve("beside.jar"),
                "",
                Map.of("beside.txt", text.getBytes(StandardCharsets.UTF_8)));
        String name = Program.class.getName().replace('.', '/') + ".class";
        try (var in = Program.class.getResourceAsStream("/" + name)) {
            Path main = lib.resolve("main.jar");
            jar(main, "beside.jar", Map.of(name, in.readAllBytes()));
            return main;
        }
    }

    private static void jar(Path file, String classPath, Map<String, byte[]> entries)
            throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.put(Attributes.Name.MAIN_CLASS, Program.class.getName());
        main.put(Attributes.Name.CLASS_PATH, classPath);
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry made = new ZipEntry(entry.getKey());
                made.setTime(0);
                jar.putNextEntry(made);
                jar.write(entry.getValue());
            }
        }
    }

    /** As Python's zipfile does it: without permissions. */
    private static void unpack(Path zip, Path into) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : file.stream().toList()) {
                Path to = into.resolve(entry.getName());
                Files.createDirectories(to.getParent());
                Files.copy(file.getInputStream(entry), to);
            }
        }
    }
}
