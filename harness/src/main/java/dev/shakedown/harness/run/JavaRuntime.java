package dev.shakedown.harness.run;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.spi.ToolProvider;

/** A Java for a machine that has none, of this machine's system and architecture. */
final class JavaRuntime {
    /** What the load generator's jars use, by {@code jdeps -s}; TLS needs nothing more. */
    static final String MODULES =
            "java.base,java.logging,java.management,java.sql,jdk.jfr,jdk.management,jdk.unsupported";

    private JavaRuntime() {}

    /**
     * The folder to copy: made in {@code folder}, or this very Java in a release, which is such a
     * runtime itself and has no jlink.
     *
     * @throws IOException with what jlink said
     */
    static Path in(Path folder) throws IOException {
        Optional<ToolProvider> jlink = ToolProvider.findFirst("jlink");
        if (jlink.isEmpty()) {
            return Path.of(System.getProperty("java.home"));
        }
        Path image = folder.resolve("image");
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int status =
                jlink.get()
                        .run(
                                out,
                                out,
                                "--add-modules",
                                MODULES,
                                "--strip-java-debug-attributes",
                                "--no-header-files",
                                "--no-man-pages",
                                "--output",
                                image.toString());
        if (status != 0) {
            throw new IOException("jlink: " + said.toString().lines().findFirst().orElse("failed"));
        }
        return image;
    }
}
