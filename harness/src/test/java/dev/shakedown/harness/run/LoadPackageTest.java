package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Files.createDirectories(cache.resolve("load"));
        Files.writeString(cache.resolve("load/load-25-amd64-00000000.zip"), "an earlier build's");
        LoadPackage load = new LoadPackage(cache, jars("beside "));
        String made = load.files().name();
        assertThat(load.files().name()).isEqualTo(made);
        Path node = Files.createDirectories(folder.resolve("node"));
        unpack(only(cache), node);

        Process run =
                new ProcessBuilder("sh", "-c", load.entrypoint("said"))
                        .directory(node.toFile())
                        .redirectErrorStream(true)
                        .start();

        String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(run.waitFor()).as(output).isZero();
        assertThat(node.resolve("said")).hasContent("beside " + Runtime.version().feature());
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
