package dev.shakedown.simulator.engine;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What timing and memory need to know of a model.
 *
 * @param key part of the repository's name, lower case
 * @param parameters in all
 * @param active parameters that one token touches (fewer than all in a mixture of experts)
 */
record ModelShape(
        String key,
        double parameters,
        double active,
        int layers,
        int heads,
        int kvHeads,
        int headDim) {

    /** From each model's {@code config.json}. */
    private static final List<ModelShape> KNOWN =
            List.of(
                    new ModelShape("llama-3.1-405b", 405.9e9, 405.9e9, 126, 128, 8, 128),
                    new ModelShape("llama-3.1-70b", 70.6e9, 70.6e9, 80, 64, 8, 128),
                    new ModelShape("llama-3.3-70b", 70.6e9, 70.6e9, 80, 64, 8, 128),
                    new ModelShape("llama-3.1-8b", 8.03e9, 8.03e9, 32, 32, 8, 128),
                    new ModelShape("qwen3-32b", 32.8e9, 32.8e9, 64, 64, 8, 128),
                    new ModelShape("mixtral-8x7b", 46.7e9, 12.9e9, 32, 32, 8, 128),
                    // Two layers with random weights that Shakedown makes.
                    new ModelShape("tiny", 2e5, 2e5, 2, 4, 4, 16));

    private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)b\\b");

    /**
     * The known model of that name; else one like Llama with as many parameters as the name says.
     */
    static ModelShape of(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        return KNOWN.stream()
                .filter(shape -> name.contains(shape.key))
                .findFirst()
                .orElseGet(() -> guess(name));
    }

    /**
     * Bytes a parameter takes: 1 for 8-bit types, 0.55 for 4-bit ones with their scales, else 2.
     */
    double weightBytes(String quantization) {
        return parameters * bytesPerParameter(quantization);
    }

    /** Bytes that one decode step must read. */
    double activeBytes(String quantization) {
        return active * bytesPerParameter(quantization);
    }

    /** Keys and values of one token on all layers, 16 bit, over all ranks. */
    double kvBytesPerToken(int tensorParallel) {
        // With more ranks than KV heads, ranks hold copies.
        return 2.0 * layers * Math.max(kvHeads, tensorParallel) * headDim * 2.0;
    }

    private static double bytesPerParameter(String quantization) {
        String type = quantization.toLowerCase(Locale.ROOT);
        if (type.contains("fp8") || type.contains("int8") || type.contains("w8a8")) {
            return 1;
        }
        return type.isEmpty() || type.equals("none") ? 2 : 0.55;
    }

    private static ModelShape guess(String name) {
        Matcher size = SIZE.matcher(name);
        double billions = size.find() ? Double.parseDouble(size.group(1)) : 8;
        double parameters = billions * 1e9;
        // Llama's proportions: about 12 * layers * width^2 parameters with width = 128 * layers /
        // 1.25.
        int layers = Math.max(2, (int) Math.round(Math.cbrt(parameters / 12 / (102.4 * 102.4))));
        return new ModelShape(name, parameters, parameters, layers, 64, 8, 128);
    }
}
