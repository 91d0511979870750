package dev.shakedown.harness.cluster.ray;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A job's files as Ray wants them: one zip without a wrapping folder, named by its content, so that
 * the same files are uploaded once.
 */
public final class WorkingDirectory {
    // A fixed time: the same files must give the same bytes.
    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final byte[] zip;

    private WorkingDirectory(byte[] zip) {
        this.zip = zip;
    }

    /** From text by file name; a name may hold slashes. */
    public static WorkingDirectory of(Map<String, String> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
                put(out, file.getKey());
                out.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new WorkingDirectory(bytes.toByteArray());
    }

    /** A zip that was made before. */
    public static WorkingDirectory ofZip(byte[] zip) {
        return new WorkingDirectory(zip.clone());
    }

    /** With one file more. */
    public WorkingDirectory with(String name, String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(zip.length);
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip));
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                put(out, entry.getName());
                in.transferTo(out);
            }
            put(out, name);
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new WorkingDirectory(bytes.toByteArray());
    }

    private static void put(ZipOutputStream out, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(EPOCH);
        out.putNextEntry(entry);
    }

    /** {@code _ray_pkg_<sha1>.zip}. */
    public String name() {
        return "_ray_pkg_" + sha1(zip) + ".zip";
    }

    /** As {@code runtime_env.working_dir} takes it. */
    public String uri() {
        return "gcs://" + name();
    }

    byte[] zip() {
        return zip.clone();
    }

    private static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
