/** Ray's dashboard over simulated nodes: REST API, jobs, and the Monte-Carlo-Pi job they run. */
@NullMarked
package dev.shakedown.simulator.ray;

import org.jspecify.annotations.NullMarked;
