package dev.shakedown.simulator.engine;

import java.util.Locale;

/** How weights are stored, and in which type they are multiplied. */
enum WeightType {
    /** 16 bit. */
    BF16(2),
    /** 8 bit, multiplied as such. */
    FP8(1),
    /** 4 bit with scales, multiplied in 16 bit. */
    INT4(.55);

    private final double bytes;

    WeightType(double bytes) {
        this.bytes = bytes;
    }

    /** That of vLLM's {@code --quantization}; empty: none. */
    static WeightType of(String quantization) {
        String type = quantization.toLowerCase(Locale.ROOT);
        if (type.contains("fp8") || type.contains("int8") || type.contains("w8a8")) {
            return FP8;
        }
        return type.isEmpty() || type.equals("none") ? BF16 : INT4;
    }

    /** Of one weight. */
    double bytes() {
        return bytes;
    }

    /** Operations a second at the peak. */
    double flops(Gpu gpu) {
        return this == FP8 ? gpu.fp8Flops() : gpu.flops();
    }
}
