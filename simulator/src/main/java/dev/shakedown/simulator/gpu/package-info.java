/**
 * What a simulated GPU's driver would say while the engine works: power, clocks, temperature,
 * throttle reasons. It follows from the engine's state and changes no step time.
 */
@NullMarked
package dev.shakedown.simulator.gpu;

import org.jspecify.annotations.NullMarked;
