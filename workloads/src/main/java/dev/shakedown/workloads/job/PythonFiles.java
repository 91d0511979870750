package dev.shakedown.workloads.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A job's program: its own files and those that all jobs share, all in one folder. */
public final class PythonFiles {
    private static final String SHARED = "ray_job.py";

    private PythonFiles() {}

    /** Text by file name; {@code own} lie beside the class. */
    public static Map<String, String> of(Class<?> beside, List<String> own) {
        Map<String, String> files = new LinkedHashMap<>();
        own.forEach(name -> files.put(name, read(beside, name)));
        files.put(SHARED, read(PythonFiles.class, SHARED));
        return Map.copyOf(files);
    }

    private static String read(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing in this build: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
