/**
 * Looks at the GPUs beside a load: power, clocks, temperature, throttle reasons, errors. One class
 * for each thing that can tell them, all behind {@link
 * dev.shakedown.harness.cluster.gpu.GpuSource}; what the values mean is judged elsewhere.
 */
@NullMarked
package dev.shakedown.harness.cluster.gpu;

import org.jspecify.annotations.NullMarked;
