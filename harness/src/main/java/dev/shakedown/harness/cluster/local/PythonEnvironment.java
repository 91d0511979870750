package dev.shakedown.harness.cluster.local;

import java.nio.file.Path;

/**
 * A Python with Ray and vLLM.
 *
 * @param label how outputs name it, with the word third-party where that is so
 * @param bin its scripts; goes first in PATH wherever Ray or vLLM start
 * @param ray version
 * @param vllm version
 * @param torch version, {@code ?} where there is none
 */
public record PythonEnvironment(
        String label,
        Path bin,
        String python,
        String ray,
        String vllm,
        String torch,
        boolean thirdParty) {

    /** The interpreter. */
    public Path interpreter() {
        return bin.resolve("python");
    }
}
